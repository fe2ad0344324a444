{# Whole numbers, as each engine spells them. #}

{# How many times `divisor` goes into a whole number, without a fraction. #}
{% macro quotient(number, divisor) %}
    {%- do return(adapter.dispatch("quotient", "session_analytics")(number, divisor)) -%}
{% endmacro %}

{% macro duckdb__quotient(number, divisor) %}
    {%- do return("((" ~ number ~ ") // " ~ divisor ~ ")") -%}
{% endmacro %}

{% macro spark__quotient(number, divisor) %}
    {%- do return("((" ~ number ~ ") div " ~ divisor ~ ")") -%}
{% endmacro %}

{# The whole number nearest to a number; of two, the even one. #}
{% macro rounded(number) %}
    {%- do return(adapter.dispatch("rounded", "session_analytics")(number)) -%}
{% endmacro %}

{% macro duckdb__rounded(number) %}
    {%- do return("(" ~ number ~ ")::bigint") -%}
{% endmacro %}

{% macro spark__rounded(number) %}
    {%- do return("bround(" ~ number ~ ")::bigint") -%}
{% endmacro %}

{# The rows of the whole numbers from `first` to `last`: a relation in brackets, of one column. #}
{% macro numbers(first, last) %}
    {%- set rows = [] -%}
    {%- for number in range(first, last + 1) -%}
        {%- do rows.append("(" ~ number ~ ")") -%}
    {%- endfor -%}
    {%- do return("(values " ~ rows | join(", ") ~ ")") -%}
{% endmacro %}
