{#
    The raw views of flat events, name to query. Rows whose times are timestamps and rows whose
    times are text are two views: to read ten million timestamps as text and back costs more than
    to cut them into sessions.
#}
{% macro flat_views(groups) %}
    {% set groups = groups + [
        {"rows": raw_table("lines_left_out"), "columns": [], "is_unreadable": "true"}
    ] %}
    {% set reads_table = var("events_relation", none) and "flat" in event_sources()
        and not rebuilds_from_log() %}
    {% set table = flat_relation() if reads_table else {"columns": []} %}
    {% set selects = {true: [], false: []} %}
    {% for group in groups if "rows" in group %}
        {% set as_text = group.is_unreadable == "true" or has_text_times(group.columns) %}
        {% do selects[as_text].append(select_flat_rows(group, as_text)) %}
    {% endfor %}
    {% set table_as_text = has_text_times(table.columns) %}
    {% set views = {} %}
    {% for name, as_text in [("flat_typed_events", false), ("flat_text_events", true)] %}
        {% set is_of_table = table.rows and as_text == table_as_text %}
        {% do views.update({name: flat_view(
            selects[as_text] or [select_flat_rows(dict(groups[-1], wanted="false"), as_text)],
            select_flat_rows(table, as_text) if is_of_table else none
        )}) %}
    {% endfor %}
    {% do return(views) %}
{% endmacro %}

{#
    The query of one of these views: the slice, the time of the file, and what select_flat_rows
    gives. `selects` are those of files, `table` that of the table, if it is read.
#}
{% macro flat_view(selects, table) %}
    {# one join for all: with a join for each of hundreds of groups, a run would need gigabytes #}
    select
        event_files.slice,
        event_files.arrived_at as file_loaded_at,
        raw_rows.* exclude (place)
    from (
        {{ selects | join("\nunion all\n") }}
    ) as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on raw_rows.place = event_files.filename and event_files.source = 'flat'
    {%- if table %}
    union all by name
    select
        place as slice,
        null::timestamp as file_loaded_at,
        * exclude (place)
    from ({{ table }})
    {%- endif %}
{% endmacro %}

{#
    The rows of a group: their place (the file, or a table's slice), whether they are unreadable,
    and the contract's columns. Times stay text where `as_text`; else they are timestamps in UTC.
    A table's group says which of its rows are wanted.
#}
{% macro select_flat_rows(group, as_text) %}
    {% set others = group.get("others") or object_of_columns(other_columns(group.columns)) %}
    select
        {{ group.get("slice", "raw_rows.raw_file_name") }} as place,
        {{ group.get("is_unreadable", "false") }} as is_unreadable,
        {%- for column in event_columns() %}
        {%- set found = columns_found(column, group.columns) %}
        {% if column.name == "properties" -%}
            {{ flat_properties(found, name_of_others(group.columns) if others else none) }}
        {%- elif not found -%}
            null::{{ "varchar" if as_text else column.type }}
        {%- elif column.type == "timestamp" and not as_text -%}
            {{ utc_time_of_value(value_of(found[0]), found[0].type) }}
        {%- else -%}
            {{ first_text(found) }}
        {%- endif %} as {{ column.name }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ group.rows if not others
        else "(select *, " ~ others ~ " as " ~ name_of_others(group.columns) ~ " from "
            ~ group.rows ~ " as raw_rows)"
    }} as raw_rows
    where {{ group.get("wanted", "true") }}
{% endmacro %}

{#
    The columns out of `found`, a list of {name, type, cell}, in which a column of the contract
    may stand, in the order in which they count. A name with dots that is no column is a path into
    one. Each has its unit, and a path has its SQL as `value`. A usual name counts if no other is
    there.
#}
{% macro columns_found(column, found) %}
    {% set columns = [] %}
    {% for wanted in names_of_column(column.name) if not (wanted.is_usual and columns) %}
        {% set prefix = wanted.name.split(".")[0] %}
        {% set exact = found | selectattr("name", "equalto", wanted.name) | list %}
        {% set in_any_case = [] %}
        {% for other in found if other.name | lower == wanted.name | lower %}
            {% do in_any_case.append(other) %}
        {% endfor %}
        {% set objects = found | selectattr("name", "equalto", prefix) | list
            if prefix != wanted.name else [] %}
        {% for match in ((exact if wanted.is_mapped else []) + in_any_case)[:1] %}
            {% do columns.append(dict(match, unit=wanted.get("unit"))) %}
        {% else %}
            {% for object in objects[:1] %}
                {% do columns.append(dict(
                    name=wanted.name, type="VARCHAR", unit=wanted.get("unit"),
                    value=text_at_path(object, wanted.name[prefix | length + 1:])
                )) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{# A column, {cell} or {value}, as SQL over raw_rows. #}
{% macro value_of(column) %}
    {% do return(column.value or "raw_rows." ~ column.cell) %}
{% endmacro %}

{# The text at a path in a column that holds an object, or a text that is JSON: SQL. #}
{% macro text_at_path(column, path) %}
    {% set cell = "raw_rows." ~ column.cell %}
    {% set object = "try_cast(" ~ cell ~ " as json)" if column.type == "VARCHAR"
        else json_of_value(cell, column.type) %}
    {% do return("(" ~ object ~ " ->> " ~ json_pointer(path.split(".")) ~ ")") %}
{% endmacro %}

{# The first text that is not empty in columns; Unix times as times in UTC. #}
{% macro first_text(columns) %}
    {% set texts = [] %}
    {% for column in columns %}
        {% set text = text_of_value(value_of(column), column.type) %}
        {% do texts.append(unix_time_as_text(text, column.unit) if column.unit else text) %}
    {% endfor %}
    {% if texts | length == 1 %}{% do return(texts[0]) %}{% endif %}
    {% do return("coalesce(nullif(" ~ texts | join(", ''), nullif(") ~ ", ''))") %}
{% endmacro %}

{# A number in a text, Unix time in some unit, as the text of a time in UTC; other texts as is. #}
{% macro unix_time_as_text(text, unit) -%}
    {%- set factor = {"seconds": 1000000, "milliseconds": 1000, "microseconds": 1}[unit] -%}
    coalesce(
        try(make_timestamp(
            trunc(try_cast({{ text }} as decimal(28, 6)) * {{ factor }})::bigint
        ))::varchar,
        {{ text }}
    )
{%- endmacro %}

{# A timestamp of any type in UTC and microseconds: nanoseconds are cut, as those of texts are. #}
{% macro utc_time_of_value(value, type) -%}
    {%- if type.endswith("_NS") -%}
        case
            when isfinite({{ value }}::timestamptz)
                then make_timestamp(epoch_ns({{ value }}) // 1000)
            else {{ value }}::timestamptz at time zone 'UTC'
        end
    {%- elif type in ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") -%}
        {{ value }} at time zone 'UTC'
    {%- else -%}
        {{ value }}::timestamp
    {%- endif -%}
{%- endmacro %}

{# Whether a time in columns must be read row by row: a text, a Unix time, or one of several. #}
{% macro has_text_times(columns) %}
    {% for column in event_columns() if column.type == "timestamp" %}
        {% set found = columns_found(column, columns) %}
        {% if found | length > 1 or found and (found[0].type == "VARCHAR" or found[0].unit) %}
            {% do return(true) %}
        {% endif %}
    {% endfor %}
    {% do return(false) %}
{% endmacro %}

{# What the object of other columns is called: longer than any of them, so that it is none. #}
{% macro name_of_others(columns) %}
    {% set lengths = columns | map(attribute="name") | map("length") | list %}
    {% do return(quoted("other values" ~ "_" * (lengths | max if lengths else 0))) %}
{% endmacro %}

{#
    The properties of a row: the column properties (`own`, a list that may be empty), into which
    the object of the other columns is merged, if there are `others`, the name of that object.
#}
{% macro flat_properties(own, others) -%}
    {%- set text = first_text(own) if own else "null::varchar" -%}
    {%- do return(
        merged_properties(text, "raw_rows." ~ others, "properties") if others else text
    ) -%}
{%- endmacro %}

{#
    The columns that no column of the contract is read from. If it is read from the first of
    several that is not empty, those after it are others in the rows in which it is not.
#}
{% macro other_columns(columns) %}
    {% set used = {} %}
    {% for column in event_columns() %}
        {% set before = [] %}
        {% for found in columns_found(column, columns) %}
            {% if not found.value %}
                {% do used.update({found.cell: "case when " ~ first_text(before)
                    ~ " is not null then raw_rows." ~ found.cell ~ " end" if before else none}) %}
            {% endif %}
            {% do before.append(found) %}
        {% endfor %}
    {% endfor %}
    {% set others = [] %}
    {% for column in columns if column.cell not in used or used[column.cell] %}
        {% do others.append(dict(column, value=used.get(column.cell))) %}
    {% endfor %}
    {% do return(others) %}
{% endmacro %}

{#
    Gives a group of JSON files its rows: the values of the names that the contract may have, and
    as others the rest of the record.
#}
{% macro read_flat_records(group) %}
    {% set columns = [] %}
    {% set cells = [] %}
    {% set structure = {} %}
    {% for column in event_columns() %}
        {% for wanted in names_of_column(column.name) %}
            {% set cell = "cell_" ~ columns | length %}
            {% do columns.append({"name": wanted.name, "type": "VARCHAR", "cell": cell}) %}
            {# the names of fields do not differ in upper and lower case alone #}
            {% set is_field = "." not in wanted.name
                and wanted.name | lower not in structure.keys() | map("lower") %}
            {% if is_field %}{% do structure.update({wanted.name: "VARCHAR"}) %}{% endif %}
            {% do cells.append((
                "fields." ~ quoted(wanted.name) if is_field
                else text_in_record("record", wanted.name)
            ) ~ " as " ~ cell) %}
        {% endfor %}
    {% endfor %}
    {% do group.update({
        "columns": columns,
        "rows": "(select *, " ~ cells | join(", ") ~ " from (select *, json_transform(record, "
            ~ literal(structure | tojson) ~ ") as fields from "
            ~ json_records(group.files, group.shape.name_lines) ~ "))",
        "others": "json_merge_patch('{}'::json, json_merge_patch(record, concat('{',"
            ~ " concat_ws(',', " ~ used_names_of_record(columns) | join(", ")
            ~ "), '}')::json))::varchar",
    }) %}
{% endmacro %}

{# For each column of the contract the name that it is read from, as a null for a JSON patch. #}
{% macro used_names_of_record(columns) %}
    {% set used = [] %}
    {% for column in event_columns() %}
        {% set found = columns_found(column, columns) | rejectattr("value") | list %}
        {% set cases = [] %}
        {% for name in found %}
            {% do cases.append(
                ("when raw_rows." ~ name.cell ~ " is not null then " if found | length > 1
                else "when true then ") ~ member(name.name, "'null'")
            ) %}
        {% endfor %}
        {% do used.append("case " ~ cases | join(" ") ~ " end") %}
    {% endfor %}
    {% do return(used) %}
{% endmacro %}

{# Stops the run where a column of flat files cannot be mapped to the contract by its type. #}
{% macro check_flat_columns(groups) %}
    {% for group in groups if group.source == "flat" and group.fits and group.format != "json" %}
        {% do check_types(group.columns, shown_names(group.files)) %}
    {% endfor %}
{% endmacro %}

{# The same of any columns; `origin` is what sentences name. #}
{% macro check_types(columns, origin) %}
    {# a column of nulls alone has the type "NULL" #}
    {% set number = "U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?" %}
    {% set patterns = {
        "varchar": '(VARCHAR|UUID|ENUM[(].*[)]|DECIMAL[(][0-9]+,0[)]|"NULL"|' ~ number ~ ')$',
        "timestamp": '(VARCHAR|TIMESTAMP[A-Z_ ]*|"NULL")$',
        "unit": '(VARCHAR|DOUBLE|FLOAT|DECIMAL[(].*[)]|"NULL"|' ~ number ~ ')$',
    } %}
    {% set expected = {
        "varchar": "text",
        "timestamp": "a timestamp, or text that holds one; the unit of a Unix time is set in the"
            ~ " variable columns",
        "unit": "a number",
    } %}
    {% for column in event_columns() if column.name != "properties" %}
        {% for found in columns_found(column, columns) %}
            {% set kind = "unit" if found.unit else column.type %}
            {% if not modules.re.match(patterns[kind], found.type) %}
                {% do stop(
                    input_in_words(var("events_relation", none)) ~ ": the column " ~ found.name
                    ~ " of " ~ origin ~ " is " ~ found.type ~ ": expected " ~ expected[kind] ~ "."
                ) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
{% endmacro %}
