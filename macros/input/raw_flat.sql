{#
    The raw views of the source flat: name to select, over the files or the table that is
    set, or empty where another source is chosen.
    Rows whose times are timestamps and rows whose times are text are two views: to read
    ten million timestamps as text and back costs more than to cut them into sessions.
#}
{% macro raw_flat_views(is_chosen) %}
    {% set groups = [] %}
    {% if is_chosen and var("events_relation", none) %}
        {% do groups.append(flat_relation()) %}
    {% elif is_chosen %}
        {% do groups.extend(flat_parquet_groups()) %}
        {% do groups.extend(flat_csv_groups(is_alone=not groups)) %}
        {% if not groups and not files_of("json", "flat") %}
            {% do check_anything_is_read("flat") %}
        {% endif %}
        {% do groups.extend(flat_json_groups(is_alone=not groups)) %}
        {% do groups.append({
            "rows": raw_table("lines_left_out"),
            "columns": [],
            "as_text": true,
            "is_unreadable": "true",
        }) %}
    {% endif %}
    {% set no_rows = "(select null::varchar as raw_file_name where false)" %}
    {% set views = {} %}
    {% for name, as_text in [("flat_typed_events", false), ("flat_text_events", true)] %}
        {% set selects = [] %}
        {% for group in groups if group.as_text == as_text %}
            {% do selects.append(select_flat_group(group)) %}
        {% endfor %}
        {% set nothing = {"rows": no_rows, "columns": [], "as_text": as_text} %}
        {% do views.update({
            name: (selects or [select_flat_group(nothing)]) | join("\nunion all\n")
        }) %}
    {% endfor %}
    {% do return(views) %}
{% endmacro %}

{#
    One select of a raw view: the slice, the time of the file, and the contract's columns.
    A group is {rows, columns, as_text, is_unreadable, slice, wanted}: rows that can be
    selected from, with the same columns, a list of {name, type}. Rows of files have
    raw_file_name and get their slice by it; a table's group says its slice itself, and
    which of its rows are wanted.
#}
{% macro select_flat_group(group) %}
    {% set from_files = "slice" not in group %}
    select
        {{ "event_files.slice" if from_files else group.slice }} as slice,
        {{ "event_files.arrived_at" if from_files else "null::timestamp" }} as file_loaded_at,
        {{ group.get("is_unreadable", "false") }} as is_unreadable,
        {{ select_event_columns(group.columns, group.as_text) }}
    from {{ group.rows }} as raw_rows
    {%- if from_files %}
    inner join {{ raw_table("event_files") }} as event_files
        on
            raw_rows.raw_file_name = event_files.filename
            and {{ source_of_slice("event_files.slice") }} = 'flat'
    {%- else %}
    where {{ group.wanted }}
    {%- endif %}
{% endmacro %}
