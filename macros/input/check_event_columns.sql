{#
    Stops the run where `found`, a list of {name, type}, can't be mapped to the contract;
    warns of columns that the contract doesn't know. `origin` is what sentences name; names
    are in any case, unless `exact`; a required one may lack unless `is_first`.
#}
{% macro check_event_columns(found, origin, exact=false, is_first=true) %}
    {% set types = types_by_name(found, exact) %}
    {# a column of nulls alone has the type "NULL" #}
    {% set patterns = {
        "varchar": '(VARCHAR|UUID|ENUM[(].*[)]|DECIMAL[(][0-9]+,0[)]|"NULL"'
            ~ "|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$",
        "timestamp": '(VARCHAR|TIMESTAMP[A-Z_ ]*|"NULL")$',
    } %}
    {% set expected = {"varchar": "text", "timestamp": "a timestamp, or text that holds one"} %}
    {% for column in event_columns() %}
        {% set type = types.get(column.name) %}
        {% if type is none and column.is_required and is_first %}
            {% do stop(
                input_in_words(var("events_relation", none)) ~ ": " ~ origin
                ~ " has no column " ~ column.name ~ ": found "
                ~ found | map(attribute="name") | join(", ")
                ~ "; expected at least user_id, event_name and event_at."
            ) %}
        {% elif type is not none and column.name != "properties"
            and not modules.re.match(patterns[column.type], type) %}
            {% do stop(
                input_in_words(var("events_relation", none)) ~ ": the column " ~ column.name
                ~ " of " ~ origin ~ " is "
                ~ type ~ ": expected " ~ expected[column.type] ~ "."
            ) %}
        {% endif %}
    {% endfor %}
    {% set known = event_columns() | map(attribute="name") | list %}
    {% set unknown = types.keys() | reject("in", known + [""]) | list %}
    {% if unknown %}
        {% set files = [] %}
        {% for column in found if column.name in unknown %}
            {% do files.extend(column.get("files", [])) %}
        {% endfor %}
        {% do exceptions.warn(
            "Left out, for the contract of events has no such column: " ~ unknown | join(", ")
            ~ " of " ~ (shown_names(files | unique | sort) if files else origin)
            ~ ". What is to be kept belongs in the column properties."
        ) %}
    {% endif %}
{% endmacro %}

{# Stops the run where a staging model of the user's own can't be taken for events. #}
{% macro check_own_columns(relation) %}
    {% set types = types_by_name(describe_columns(relation)) %}
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
