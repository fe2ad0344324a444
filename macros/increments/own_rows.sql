{#
    The rows of a source of the user's own that this run loads, on the contract: a query in
    brackets. `events` is its staging model, `slices` is int_slices_this_run.
#}
{% macro own_rows_this_run(events, source, slices) -%}
    {%- set types = types_by_name(describe_columns(events))
        if is_in_warehouse(events) else {} -%}
    (
        select * replace (
            {{ slice_of_row(source) }} as slice,
            {{ utc_time_of_value("event_at", types.get("event_at", "")) }} as event_at,
            {{ utc_time_of_value("loaded_at", types.get("loaded_at", "")) }} as loaded_at
        )
        from {{ on_contract(events) }}
        where {{ slice_of_row(source) }} in (select slices.slice from {{ slices }} as slices)
    )
{%- endmacro %}

{# The app that the variable app_ids gives a row's source: SQL, null where it gives none. #}
{% macro app_id_of_source(slice) -%}
    {%- set app_ids = var("app_ids") or {} -%}
    {%- if not app_ids -%}
        null::string
    {%- else -%}
        case {{ source_of_slice(slice) }}
        {%- for source, app_id in app_ids.items() %}
            when {{ literal(source) }} then {{ literal(app_id) }}
        {%- endfor %}
        end
    {%- endif -%}
{%- endmacro %}

{#
    Stops the run where a staging model of the user's own can't be taken for events. A model of
    files (`reads_files`) also tells the slice of a row, its time and whether it can be read.
#}
{% macro check_own_columns(relation, reads_files=false) %}
    {% if not is_in_warehouse(relation) %}{% do return(none) %}{% endif %}
    {% set types = types_by_name(describe_columns(relation)) %}
    {% for name in ["slice", "is_unreadable", "loaded_at"]
        if reads_files and name not in types %}
        {% do stop(
            relation.identifier ~ " has no column " ~ name ~ ": found " ~ types.keys() | join(", ")
            ~ "; a source of files needs slice, is_unreadable and loaded_at (docs/sources.md)."
        ) %}
    {% endfor %}
    {% for column in event_columns() %}
        {% set type = types.get(column.name) %}
        {% if type is none and column.is_required %}
            {% do stop(
                relation.identifier ~ " has no column " ~ column.name ~ ": found "
                ~ types.keys() | join(", ")
                ~ "; expected at least user_id, event_name and event_at."
            ) %}
        {% elif type is not none and column.type == "timestamp"
            and not modules.re.match("TIMESTAMP(_S|_MS|_NS)?$|DATE$", type) %}
            {% do stop(
                "The column " ~ column.name ~ " of " ~ relation.identifier ~ " is " ~ type
                ~ ": expected a timestamp in UTC, without a time zone."
            ) %}
        {% elif type is not none and modules.re.match("STRUCT|MAP|.*[]]$", type) %}
            {% do stop(
                "The column " ~ column.name ~ " of " ~ relation.identifier ~ " is " ~ type
                ~ ": expected text (of nested values, to_json(...)::varchar)."
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
