{# Texts, as each engine spells them. Patterns are regular expressions that both engines read. #}

{# A text as a SQL literal. #}
{% macro literal(text) %}
    {%- do return(adapter.dispatch("literal", "session_analytics")(text | string)) -%}
{% endmacro %}

{% macro duckdb__literal(text) %}
    {%- do return("'" ~ (text | replace("'", "''")) ~ "'") -%}
{% endmacro %}

{# Spark would replace what looks like ${a variable}: such a text is two literals in a row. #}
{% macro spark__literal(text) %}
    {%- do return(
        "'" ~ (text | replace("\\", "\\\\") | replace("'", "\\'") | replace("${", "$' '{")) ~ "'"
    ) -%}
{% endmacro %}

{# Whether a pattern is found in a text. #}
{% macro has_match(text, pattern) %}
    {%- do return(adapter.dispatch("has_match", "session_analytics")(text, pattern)) -%}
{% endmacro %}

{% macro duckdb__has_match(text, pattern) %}
    {%- do return("regexp_matches(" ~ text ~ ", " ~ literal(pattern) ~ ")") -%}
{% endmacro %}

{% macro spark__has_match(text, pattern) %}
    {%- do return("regexp_like(" ~ text ~ ", " ~ literal(pattern) ~ ")") -%}
{% endmacro %}

{# Whether a pattern describes a whole text. #}
{% macro is_match(text, pattern) %}
    {%- do return(adapter.dispatch("is_match", "session_analytics")(text, pattern)) -%}
{% endmacro %}

{% macro duckdb__is_match(text, pattern) %}
    {%- do return("regexp_full_match(" ~ text ~ ", " ~ literal(pattern) ~ ")") -%}
{% endmacro %}

{% macro spark__is_match(text, pattern) %}
    {%- do return(has_match(text, "^(?:" ~ pattern ~ ")\\z")) -%}
{% endmacro %}

{# A text in which all that a pattern finds is replaced. #}
{% macro with_replaced(text, pattern, replacement) %}
    {%- do return(adapter.dispatch("with_replaced", "session_analytics")(
        text, pattern, replacement
    )) -%}
{% endmacro %}

{% macro duckdb__with_replaced(text, pattern, replacement) %}
    {%- do return(
        "regexp_replace(" ~ text ~ ", " ~ literal(pattern) ~ ", " ~ literal(replacement) ~ ", 'g')"
    ) -%}
{% endmacro %}

{# Java writes a group as $1, and DuckDB as \1. #}
{% macro spark__with_replaced(text, pattern, replacement) %}
    {%- do return(
        "regexp_replace(" ~ text ~ ", " ~ literal(pattern) ~ ", "
        ~ literal(replacement | replace("\\", "$")) ~ ")"
    ) -%}
{% endmacro %}

{# Whether a text begins with one of the texts of an array. #}
{% macro begins_with_one_of(text, beginnings) %}
    {%- do return(adapter.dispatch("begins_with_one_of", "session_analytics")(text, beginnings)) -%}
{% endmacro %}

{% macro duckdb__begins_with_one_of(text, beginnings) %}
    {%- do return(
        "list_bool_or(list_transform(" ~ beginnings ~ ", lambda beginning: starts_with("
        ~ text ~ ", beginning)))"
    ) -%}
{% endmacro %}

{% macro spark__begins_with_one_of(text, beginnings) %}
    {%- do return(
        "exists(" ~ beginnings ~ ", beginning -> startswith(" ~ text ~ ", beginning))"
    ) -%}
{% endmacro %}

{# The texts of a group, in their own order, with commas between them: an aggregate. #}
{% macro sorted_texts(text) %}
    {%- do return(adapter.dispatch("sorted_texts", "session_analytics")(text)) -%}
{% endmacro %}

{% macro duckdb__sorted_texts(text) %}
    {%- do return("string_agg(" ~ text ~ ", ', ' order by " ~ text ~ ")") -%}
{% endmacro %}

{% macro spark__sorted_texts(text) %}
    {%- do return("array_join(sort_array(array_agg(" ~ text ~ ")), ', ')") -%}
{% endmacro %}

{# One of a row's properties, as text; null also if the properties are not JSON. #}
{% macro json_property(name) %}
    {%- do return(adapter.dispatch("json_property", "session_analytics")(name)) -%}
{% endmacro %}

{% macro duckdb__json_property(name) %}
    {%- do return("try_cast(properties as json) ->> " ~ literal(name)) -%}
{% endmacro %}

{# Spark writes a number such as 1769947200.0 as 1.7699472E9. #}
{% macro spark__json_property(name) %}
    {%- set value = "get_json_object(properties, " ~ literal("$['" ~ name ~ "']") ~ ")" -%}
    {%- set digits = with_replaced(value ~ "::decimal(38, 9)::string", "([.][0-9]+?)0+$", "\\1") -%}
    {%- do return(
        "(case when " ~ is_match(value, "-?[0-9][.][0-9]+E1?[0-9]") ~ " then " ~ digits ~ " else "
        ~ value ~ " end)"
    ) -%}
{% endmacro %}
