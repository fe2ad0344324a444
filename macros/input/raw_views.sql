{# The raw views over the groups, name to query. A source without files has an empty view. #}
{% macro raw_views(groups) %}
    {% set views = flat_views(groups | selectattr("source", "equalto", "flat") | list) %}
    {% set sources = query_values("select distinct source from temp.event_files") %}
    {% for source in as_list(var("file_sources")) if source != "flat" %}
        {% set of_source = groups | selectattr("source", "equalto", source) | list %}
        {# dbt's models plan nothing for an empty view #}
        {% do views.update({
            source ~ "_records": record_view(of_source, source) if source in sources
                else "select null::varchar as slice, null::timestamp as file_loaded_at,"
                ~ " null::varchar as line_event_name, null::json as record where false"
        }) %}
    {% endfor %}
    {% do return(views) %}
{% endmacro %}

{#
    The raw views of flat events, name to query. Rows whose times are timestamps and rows whose
    times are text are two views: to read ten million timestamps as text and back costs more than
    to cut them into sessions.
#}
{% macro flat_views(groups) %}
    {% set lines_left_out = {
        "rows": raw_table("lines_left_out"), "columns": [], "found": {}, "is_unreadable": "true",
    } %}
    {% set views = {} %}
    {% for name, as_text in [("flat_typed_events", false), ("flat_text_events", true)] %}
        {% set of_files = [] %}
        {% set of_table = [] %}
        {% for group in groups + [lines_left_out]
            if "rows" in group and has_text_times(group) == as_text %}
            {% do (of_table if "slice" in group else of_files).append(
                select_flat_rows(group, as_text)
            ) %}
        {% endfor %}
        {% do views.update({name: flat_view(
            of_files or [select_flat_rows(dict(lines_left_out, wanted="false"), as_text)],
            of_table
        )}) %}
    {% endfor %}
    {% do return(views) %}
{% endmacro %}

{#
    The query of one of these views: the slice, the time of the file, and what select_flat_rows
    gives of groups of files, and of the table, if it is read.
#}
{% macro flat_view(of_files, of_table) %}
    {# one join for all: with a join for each of hundreds of groups, a run would need gigabytes #}
    select
        event_files.slice,
        event_files.arrived_at as file_loaded_at,
        raw_rows.* exclude (place)
    from (
        {{ of_files | join("\nunion all\n") }}
    ) as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on raw_rows.place = event_files.filename and event_files.source = 'flat'
    {%- for select in of_table %}
    union all by name
    select
        place as slice,
        null::timestamp as file_loaded_at,
        * exclude (place)
    from ({{ select }})
    {%- endfor %}
{% endmacro %}

{#
    The rows of a group: their place (the file, or a table's slice), whether they are unreadable,
    and the contract's columns. Times stay text where `as_text`; else they are timestamps in UTC.
    A table's group says which of its rows are wanted.
#}
{% macro select_flat_rows(group, as_text) %}
    {# longer than the name of any column, so that it is the name of none #}
    {% set others = quoted("other values" ~ "_" * (
        group.columns | map(attribute="name") | map("length") | max | default(0)
    )) %}
    select
        {{ group.get("slice", "raw_rows.raw_file_name") }} as place,
        {{ group.get("is_unreadable", "false") }} as is_unreadable,
        {%- for column in event_columns() %}
        {%- set found = group.found.get(column.name, []) %}
        {% if column.name == "properties" and group.others -%}
            {{ merged_properties(
                first_text(found) if found else "null::varchar", "raw_rows." ~ others, "properties"
            ) }}
        {%- elif not found -%}
            null::{{ "varchar" if as_text else column.type }}
        {%- elif column.type == "timestamp" and not as_text -%}
            {{ utc_time_of_value(value_of(found[0]), found[0].type) }}
        {%- else -%}
            {{ first_text(found) }}
        {%- endif %} as {{ column.name }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ group.rows if not group.others
        else "(select *, " ~ group.others ~ " as " ~ others ~ " from "
            ~ group.rows ~ " as raw_rows)"
    }} as raw_rows
    where {{ group.get("wanted", "true") }}
{% endmacro %}

{#
    Whether a time in a group must be read row by row: a text, a Unix time, or one of several. Rows
    that cannot be read are with these.
#}
{% macro has_text_times(group) %}
    {% for column in event_columns() if column.type == "timestamp" %}
        {% set found = group.found.get(column.name, []) %}
        {% if found | length > 1 or found and (found[0].type == "VARCHAR" or found[0].unit) %}
            {% do return(true) %}
        {% endif %}
    {% endfor %}
    {% do return(group.is_unreadable == "true") %}
{% endmacro %}

{#
    The raw view of a source whose rows are JSON records: slice, file_loaded_at, line_event_name,
    record (null where a row cannot be read). A row of CSV or Parquet is the object of its columns.
#}
{% macro record_view(groups, source) %}
    {% set selects = [] %}
    {% for group in groups if "rows" in group %}
        {% do selects.append(
            "select raw_file_name, record, line_event_name from " ~ group.rows
            if group.format == "json" else
            "select raw_file_name, case when not " ~ group.is_unreadable ~ " then ("
            ~ (object_of_columns(group.columns) or "'{}'") ~ ")::json end as record,"
            ~ " null::varchar as line_event_name from " ~ group.rows ~ " as raw_rows"
        ) %}
    {% endfor %}
    {% do selects.append("select raw_file_name, null::json as record, null::varchar as"
        ~ " line_event_name from " ~ raw_table("lines_left_out")) %}
    {# one join for all: with a join for each of hundreds of groups, a run would need gigabytes #}
    select
        event_files.slice,
        event_files.arrived_at as file_loaded_at,
        raw_rows.line_event_name,
        raw_rows.record
    from (
        {{ selects | join("\nunion all\n") }}
    ) as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on
            raw_rows.raw_file_name = event_files.filename
            and event_files.source = {{ literal(source) }}
{% endmacro %}
