{# Values of JSON objects. Arguments and results are SQL expressions; names are texts. #}

{# The JSON object that a text holds; null if the text holds none. #}
{% macro object_in(text) -%}
    case
        when json_type(try_cast({{ text }} as json)) = 'OBJECT' then try_cast({{ text }} as json)
    end
{%- endmacro %}

{#
    The value of a name in an object, as text. All shapes of an export follow the same rule: the
    value of the exact name is taken, else that of the name in another case. A blank value counts
    as missing. `values` are the object's values by their exact names (json_transform).
#}
{% macro json_value(values, object, name) -%}
    {%- set exact = values ~ "." ~ quoted(name) -%}
    coalesce(
        case when not {{ is_blank(exact) }} then {{ exact }} end,
        -- a quick test, for a name in another case is rare; the text searched for does not
        -- begin with a quote, because JSON has many quotes and the search would be slow
        case
            when contains(lower({{ object }}::varchar), {{ literal((name | lower) ~ '"') }})
                then {{ first_json_value(object, "lower(key) = " ~ literal(name | lower)) }}
        end
    )
{%- endmacro %}

{# The first value, in the order of the names, that is not blank and whose `key` fits. #}
{% macro first_json_value(object, condition) -%}
    list_filter(
        list_transform(
            list_sort(list_filter(json_keys({{ object }}), lambda key: {{ condition }})),
            -- the path of a key, which may have any characters
            lambda key: {{ object }} ->> ('/' || replace(replace(key, '~', '~0'), '/', '~1'))
        ),
        lambda value: not {{ is_blank("value") }}
    )[1]
{%- endmacro %}

{#
    The first text that is not blank in a list written `["a", "b"]` or `[a, b]`. A text that is
    not a list stays as it is.
#}
{% macro first_of_list(text) -%}
    case
        when {{ text }} like '[%' and not json_valid({{ text }})
            then nullif(trim(regexp_extract({{ text }}, '^\[[\s,]*([^,\]]*)', 1)), '')
        else {{ first_of_json_list(text) }}
    end
{%- endmacro %}

{# The first text that is not blank in a JSON list. A text that is not a list stays as it is. #}
{% macro first_of_json_list(text) -%}
    case
        when {{ text }} like '[%' and json_valid({{ text }})
            then list_filter(
                from_json({{ text }}, '["VARCHAR"]'), lambda value: not {{ is_blank("value") }}
            )[1]
        else {{ text }}
    end
{%- endmacro %}

{#
    The text of a JSON object `own` into which an object of other values is merged, a JSON text
    without nulls: a null would delete a value. A value of `others` goes before one of the same
    name. If `own` is no object, it becomes the value of `name`.
#}
{% macro merged_properties(own, others, name) -%}
    case
        when {{ others }} is null or {{ others }} = '{}' then {{ own }}
        when {{ own }} is null then {{ others }}
        else json_merge_patch(
            coalesce({{ object_in(own) }}, json_object('{{ name }}', {{ own }})),
            {{ others }}::json
        )::varchar
    end
{%- endmacro %}

{# The JSON pointer of keys, a list: each lies in the object of the one before it. #}
{% macro json_pointer(keys) -%}
    {%- set parts = [] -%}
    {%- for key in keys -%}
        {%- do parts.append("/" ~ (key | replace("~", "~0") | replace("/", "~1"))) -%}
    {%- endfor -%}
    {%- do return(literal(parts | join)) -%}
{%- endmacro %}

{#
    The text of a name in a record, SQL: of the key of that name; else, if it has dots, of the path
    into an object, or into a text that holds one.
#}
{% macro text_in_record(record, name) -%}
    {%- set keys = name.split(".") -%}
    {%- set texts = [record ~ " ->> " ~ json_pointer([name])] -%}
    {%- if keys | length > 1 -%}
        {%- set object = "try_cast(" ~ record ~ " ->> " ~ json_pointer(keys[:1]) ~ " as json)" -%}
        {%- do texts.append(object ~ " ->> " ~ json_pointer(keys[1:])) -%}
        {%- do texts.append(object ~ " ->> " ~ json_pointer([keys[1:] | join(".")])) -%}
    {%- endif -%}
    {%- do return("coalesce(" ~ texts | join(", ") ~ ")") -%}
{%- endmacro %}
