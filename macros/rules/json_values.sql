{# Values of JSON objects. Arguments and results are SQL expressions, names are texts. #}

{# A text that holds a JSON object as that; null where it holds none. #}
{% macro object_in(text) -%}
    case
        when json_type(try_cast({{ text }} as json)) = 'OBJECT' then try_cast({{ text }} as json)
    end
{%- endmacro %}

{#
    The value of a name in an object as text, by a rule for all shapes of an export: that of
    the exact name, else of the name in another case; blank ones are none. `values` are the
    object's values by their exact names (json_transform).
#}
{% macro json_value(values, object, name) -%}
    {%- set exact = values ~ "." ~ quoted(name) -%}
    coalesce(
        case when not {{ is_blank(exact) }} then {{ exact }} end,
        -- a quick test of what hardly ever is; it begins with no quote, of which JSON is full
        case
            when contains(lower({{ object }}::varchar), {{ literal((name | lower) ~ '"') }})
                then {{ first_json_value(object, "lower(key) = " ~ literal(name | lower)) }}
        end
    )
{%- endmacro %}

{# The first value, by their names, that is not blank and whose `key` is as a condition says. #}
{% macro first_json_value(object, condition) -%}
    list_filter(
        list_transform(
            list_sort(list_filter(json_keys({{ object }}), lambda key: {{ condition }})),
            lambda key: {{ object }} ->> {{ json_pointer("key") }}
        ),
        lambda value: not {{ is_blank("value") }}
    )[1]
{%- endmacro %}

{# The path of a key of a JSON object, whatever characters the key has. #}
{% macro json_pointer(key) -%}
    ('/' || replace(replace({{ key }}, '~', '~0'), '/', '~1'))
{%- endmacro %}

{#
    The first text that is not blank of a list that is written `["a", "b"]` or `[a, b]`, or one
    text alone.
#}
{% macro first_of_list(text) -%}
    case
        when {{ text }} like '[%' and not json_valid({{ text }})
            then nullif(trim(regexp_extract({{ text }}, '^\[[\s,]*([^,\]]*)', 1)), '')
        else {{ first_of_json_list(text) }}
    end
{%- endmacro %}

{# The first text that is not blank of a JSON list; any other text as it is. #}
{% macro first_of_json_list(text) -%}
    case
        when {{ text }} like '[%' and json_valid({{ text }})
            then list_filter(
                from_json({{ text }}, '["VARCHAR"]'), lambda value: not {{ is_blank("value") }}
            )[1]
        else {{ text }}
    end
{%- endmacro %}
