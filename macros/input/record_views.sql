{#
    The raw view of a source whose rows are JSON records: slice, file_loaded_at, line_event_name,
    record (null where a row cannot be read). A row of CSV or Parquet is the object of its columns.
#}
{% macro record_view(groups, source) %}
    {% set selects = [] %}
    {% for group in groups if "rows" in group %}
        {% do selects.append(
            "select raw_file_name, record, line_event_name from " ~ group.rows
            if group.format == "json" else select_rows_as_records(group)
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

{# The view of a source without files: dbt's models plan nothing for it. #}
{% macro no_record() %}
    {% do return(
        "select null::varchar as slice, null::timestamp as file_loaded_at,"
        ~ " null::varchar as line_event_name, null::json as record where false"
    ) %}
{% endmacro %}

{% macro select_rows_as_records(group) %}
    select
        raw_file_name,
        case
            when not {{ group.is_unreadable }}
                then ({{ object_of_columns(group.columns) or "'{}'" }})::json
        end as record,
        null::varchar as line_event_name
    from {{ group.rows }} as raw_rows
{% endmacro %}

{#
    The values of columns, a list of {name, type, cell or value}, as a JSON object, a text: without
    nulls, in the order of the names. Columns `<object>.<name>` are one object, and so is a column
    <object> beside them. Nothing if there are no columns.
#}
{% macro object_of_columns(columns) %}
    {% set values = {} %}
    {% set objects = {} %}
    {% for column in columns | sort(attribute="name", case_sensitive=true) %}
        {% set value = json_of_value(value_of(column), column.type) %}
        {% set name, dot, key = column.name.partition(".") %}
        {% set object = objects.setdefault(name, {}) if dot and name else values %}
        {% set key = key if dot and name else column.name %}
        {# a name that is there twice has a number #}
        {% do object.update({key ~ (" " ~ loop.index if key in object else ""): value}) %}
    {% endfor %}
    {% for name, members in objects.items() %}
        {% set object = object_of_members(members) %}
        {% if name in values %}
            {% set whole = "(" ~ values[name] ~ " ->> '$')" %}
            {% set object = merged_properties(whole, object, "") %}
        {% endif %}
        {% do values.update({name: "nullif(" ~ object ~ ", '{}')"}) %}
    {% endfor %}
    {% do return(object_of_members(values) if values else "") %}
{% endmacro %}

{# Values, name to JSON, as a JSON object, a text without nulls. #}
{% macro object_of_members(values) %}
    {% set members = [] %}
    {% for name, value in values.items() %}{% do members.append(member(name, value)) %}{% endfor %}
    {% do return("concat('{', concat_ws(',', " ~ members | join(", ") ~ "), '}')") %}
{% endmacro %}

{# A member of a JSON object as text; null if the value is null. #}
{% macro member(name, value) %}
    {% do return("to_json(" ~ literal(name) ~ ") || ':' || " ~ value) %}
{% endmacro %}
