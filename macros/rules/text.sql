{# Tests and forms of texts. Arguments and results are SQL expressions. #}

{# The white space of Unicode, for the inside of brackets in a regular expression. #}
{% macro white_space() -%}
    \s\x0b\x1c-\x1f\x{85}\p{Z}
{%- endmacro %}

{# Whether a text is null or holds only white space. The quick test comes first. #}
{% macro is_blank(text) -%}
    (
        {{ text }} is null
        or not (
            {{ text }} between '!' and '~'
            or {{ has_match(text, '[^' ~ white_space() ~ ']') }}
        )
    )
{%- endmacro %}

{# A text in lower case, without white space and hyphens. Engines differ in the Turkish İ. #}
{% macro plain(text) -%}
    lower(replace({{ with_replaced(text, '[' ~ white_space() ~ '-]', '') }}, 'İ', 'I'))
{%- endmacro %}

{#
    Joins texts, each with its length before it, so that different lists never give the same
    text: `5:app_a2:u1`. A null is written as `-`.
#}
{% macro with_lengths(expressions) -%}
    concat(
    {%- for expression in expressions %}
        coalesce(length({{ expression }}) || ':' || {{ expression }}, '-')
        {{- "," if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
