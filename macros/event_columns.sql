{#
    The contract that every source is mapped to (DESIGN section 3), as a list of
    {name, type, is_required}, in its order: the order decides between copies of an
    event and goes into the id of an event that has none.
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
    Stops the run where `found`, a list of {name, type}, can't be mapped to the
    contract; warns of columns that the contract doesn't know. `origin` is the file or
    table that the messages name. Whole numbers, UUIDs and enums are taken as text.
#}
{% macro check_event_columns(found, origin) %}
    {% set types = {} %}
    {% for column in found %}{% do types.update({column.name: column.type}) %}{% endfor %}
    {% set text = "^(VARCHAR|JSON|UUID|ENUM.*|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|\"?NULL\"?)$" %}
    {% set time = "^(VARCHAR|TIMESTAMP.*|\"?NULL\"?)$" %}
    {% for column in event_columns() %}
        {% if column.name not in types %}
            {% if column.is_required %}
                {% do stop(
                    input_setting() ~ ": " ~ origin ~ " has no column "
                    ~ column.name ~ ": found " ~ types | join(", ")
                    ~ "; expected at least user_id, event_name and event_at."
                ) %}
            {% endif %}
        {% elif column.type == "timestamp" and not modules.re.match(time, types[column.name]) %}
            {% do stop(
                input_setting() ~ ": the column " ~ column.name ~ " of " ~ origin
                ~ " is " ~ types[column.name] ~ ": expected a timestamp, or text that holds one."
            ) %}
        {% elif column.type == "varchar" and column.name != "properties"
            and not modules.re.match(text, types[column.name]) %}
            {% do stop(
                input_setting() ~ ": the column " ~ column.name ~ " of " ~ origin
                ~ " is " ~ types[column.name] ~ ": expected text."
            ) %}
        {% endif %}
    {% endfor %}
    {% do warn_of_unknown_columns(types.keys() | list, origin) %}
{% endmacro %}

{% macro warn_of_unknown_columns(names, origin) %}
    {% set known = event_columns() | map(attribute="name") | list %}
    {% set unknown = names | reject("in", known) | list %}
    {% if unknown %}
        {% do exceptions.warn(
            "Left out, for the contract of events has no such column: " ~ unknown | join(", ")
            ~ " of " ~ origin ~ ". What is to be kept belongs in the column properties."
        ) %}
    {% endif %}
{% endmacro %}

{#
    The contract's columns out of raw_rows, which has `found`, a list of {name, type}: what isn't there is
    null. Times stay text where `as_text`; else they are timestamps in UTC.
#}
{% macro select_event_columns(found, as_text) %}
    {%- set types = {} -%}
    {%- for column in found %}{% do types.update({column.name: column.type}) %}{% endfor -%}
    {%- for column in event_columns() -%}
        {%- set type = types.get(column.name) -%}
        {%- set target_type = "varchar" if as_text else column.type -%}
        {%- if type is none -%}
            null::{{ target_type }}
        {%- elif column.name == "properties" and modules.re.match("STRUCT|MAP|.*[]]$", type) -%}
            to_json(raw_rows.{{ column.name }})::varchar
        {%- elif target_type == "timestamp" and type == "TIMESTAMP WITH TIME ZONE" -%}
            raw_rows.{{ column.name }} at time zone 'UTC'
        {%- else -%}
            raw_rows.{{ column.name }}::{{ target_type }}
        {%- endif %} as {{ column.name }}
        {{- ", " if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{# Whether a time of `found` is text, so that it has to be read row by row. #}
{% macro has_text_times(found) %}
    {% set ns = namespace(answer=false) %}
    {% for column in found if column.name in ("event_at", "loaded_at") %}
        {% if column.type == "VARCHAR" %}{% set ns.answer = true %}{% endif %}
    {% endfor %}
    {% do return(ns.answer) %}
{% endmacro %}
