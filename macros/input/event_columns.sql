{#
    The contract that every source is mapped to (docs/sources.md), as a list of
    {name, type, is_required}, in its order: the order decides between copies of an event
    and goes into the id of an event that has none.
#}
{% macro event_columns() %}
    {% do return([
        {"name": "event_id", "type": "varchar", "is_required": false},
        {"name": "user_id", "type": "varchar", "is_required": true},
        {"name": "event_name", "type": "varchar", "is_required": true},
        {"name": "event_at", "type": "timestamp", "is_required": true},
        {"name": "source", "type": "varchar", "is_required": false},
        {"name": "platform", "type": "varchar", "is_required": false},
        {"name": "app_id", "type": "varchar", "is_required": false},
        {"name": "campaign_type", "type": "varchar", "is_required": false},
        {"name": "loaded_at", "type": "timestamp", "is_required": false},
        {"name": "properties", "type": "varchar", "is_required": false},
    ]) %}
{% endmacro %}

{#
    A staging model as a query in brackets that has every column of a staged row: the
    contract's, and slice, is_unreadable (the row can't be read at all), unreadable_event_at
    and unreadable_loaded_at (a time that is none, as it was given), is_time_ambiguous,
    identity and device_id (of which user_id is one), vendor_session_id. What the model lacks
    is null.
#}
{% macro on_contract(relation) -%}
    {%- set types = {
        "slice": "varchar", "is_unreadable": "boolean", "unreadable_event_at": "varchar",
        "unreadable_loaded_at": "varchar", "vendor_session_id": "varchar",
        "is_time_ambiguous": "boolean", "identity": "varchar", "device_id": "varchar",
    } -%}
    {%- for column in event_columns() -%}
        {%- do types.update({column.name: column.type}) -%}
    {%- endfor -%}
    (
        select {{ types.keys() | join(", ") }}
        from (
            select * from {{ relation }}
            union all by name
            select
                {%- for name, type in types.items() %}
                null::{{ type }} as {{ name }}{{ "," if not loop.last }}
                {%- endfor %}
            where false
        )
    )
{%- endmacro %}

{#
    The types of `found`, a list of {name, type}, by name: in lower case, unless names are
    `exact`.
#}
{% macro types_by_name(found, exact=false) %}
    {% set types = {} %}
    {% for column in found %}
        {% do types.setdefault(column.name if exact else column.name | lower, column.type) %}
    {% endfor %}
    {% do return(types) %}
{% endmacro %}

{#
    The contract's columns out of raw_rows, which has `found`, a list of {name, type}: what
    isn't there is null. Times stay text where `as_text`; else they are timestamps in UTC.
#}
{% macro select_event_columns(found, as_text) %}
    {%- set types = types_by_name(found) -%}
    {%- for column in event_columns() -%}
        {%- set type = types.get(column.name) -%}
        {%- set value = "raw_rows." ~ column.name -%}
        {%- if type is none -%}
            null::{{ "varchar" if as_text else column.type }}
        {%- elif column.type == "varchar" -%}
            {{ text_of_value(value, type) }}
        {%- elif as_text -%}
            {{ value }}::varchar
        {%- else -%}
            {{ utc_time_of_value(value, type) }}
        {%- endif %} as {{ column.name }}
        {{- ", " if not loop.last }}
    {%- endfor -%}
{% endmacro %}

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

{# Whether a time of `found`, a list of {name, type}, is text: to be read row by row. #}
{% macro has_text_times(found) %}
    {% set types = types_by_name(found) %}
    {% do return("VARCHAR" in (types.get("event_at"), types.get("loaded_at"))) %}
{% endmacro %}
