{# Texts and what they hold. Arguments and results are SQL expressions. #}

{# White space as Unicode has it, inside the brackets of a regular expression. #}
{% macro white_space() -%}
    \s\x0b\x1c-\x1f\x{85}\p{Z}
{%- endmacro %}

{# Whether a text is null or nothing but white space; the quick test comes first. #}
{% macro is_blank(text) -%}
    (
        {{ text }} is null
        or not (
            {{ text }} between '!' and '~'
            or regexp_matches({{ text }}, '[^{{ white_space() }}]')
        )
    )
{%- endmacro %}

{# A text in lower case, without white space and hyphens. #}
{% macro plain(text) -%}
    lower(regexp_replace({{ text }}, '[{{ white_space() }}-]', '', 'g'))
{%- endmacro %}

{# Texts as one, so that other texts give another: `5:app_a2:u1`, a null as `-`. #}
{% macro with_lengths(expressions) -%}
    concat(
    {%- for expression in expressions %}
        coalesce(length({{ expression }}) || ':' || {{ expression }}, '-')
        {{- "," if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
