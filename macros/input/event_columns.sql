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
    The names under which flat events may have a column of the contract, in the order in which
    they count, as a list of {name, unit}: those of the variable `columns`, then the contract's,
    then those that many tools write (is_mapped, is_usual). `unit` is that of Unix times; others
    have none.
#}
{% macro names_of_column(name) %}
    {% set usual = {
        "user_id": ["userId"],
        "event_name": ["event", "eventName"],
        "event_at": ["timestamp", "eventTime", "event_time"],
    } %}
    {% set names = {} %}
    {% for given in mapped_names(name) %}
        {% do names.setdefault(given.name, dict(given, is_mapped=true)) %}
    {% endfor %}
    {% do names.setdefault(name, {"name": name}) %}
    {% for given in usual.get(name, []) %}
        {% do names.setdefault(given, {"name": given, "is_usual": true}) %}
    {% endfor %}
    {% do return(names.values() | list) %}
{% endmacro %}

{# The units of Unix times, and how many of each are a second. #}
{% macro units_of_unix_time() %}
    {% do return({"seconds": 1, "milliseconds": 1000, "microseconds": 1000000}) %}
{% endmacro %}

{# What the variable `columns` gives for a column of the contract, in the same form. #}
{% macro mapped_names(name) %}
    {% set given = (var("columns") or {}).get(name) or [] %}
    {% set names = [] %}
    {% for one in (given if given is iterable and given is not string and given is not mapping
        else [given]) %}
        {% do names.append(one if one is mapping else {"name": one}) %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}

{# Stops the run unless the variable `columns` maps columns of the contract to names. #}
{% macro check_names_of_columns() %}
    {% set columns = var("columns") or {} %}
    {% set types = types_by_name(event_columns()) %}
    {% set wrong = [] %}
    {% if columns is not mapping %}
        {% do wrong.append("columns") %}
    {% else %}
        {% for column in columns %}
            {% set names = mapped_names(column) %}
            {% for given in names if given.name is not string or "" in given.name.split(".")
                or given.keys() | reject("in", ["name", "unit"]) | list or "unit" in given
                and (types[column] != "timestamp" or given.unit not in units_of_unix_time()) %}
                {% do wrong.append(column) %}
            {% endfor %}
            {% if column not in types or not names %}{% do wrong.append(column) %}{% endif %}
        {% endfor %}
    {% endif %}
    {% if wrong %}
        {% do stop(
            "columns is " ~ shown(columns) ~ ", of which " ~ wrong[0] ~ " is wrong: expected names"
            ~ " for columns of the contract (" ~ types.keys() | join(", ") ~ "), such as {user_id:"
            ~ " [userId, anonymousId], event_at: {name: ts, unit: milliseconds}}; units are"
            ~ " seconds, milliseconds and microseconds."
        ) %}
    {% endif %}
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

{# The types of `found`, a list of {name, type}, by name in lower case. #}
{% macro types_by_name(found) %}
    {% set types = {} %}
    {% for column in found %}{% do types.setdefault(column.name | lower, column.type) %}{% endfor %}
    {% do return(types) %}
{% endmacro %}
