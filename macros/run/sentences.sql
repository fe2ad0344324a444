{#
    Stops the run with one sentence. This exception of dbt prints only the sentence. A compiler
    error would add the macros that led to it.
#}
{% macro stop(sentence) %}
    {% do exceptions.raise_dependency_error(sentence) %}
{% endmacro %}

{# A value as sentences show it. Texts are in quotes. #}
{% macro shown(value) %}
    {% do return('"' ~ value ~ '"' if value is string else value | string) %}
{% endmacro %}

{# Names as sentences show them: the first three, and the number of further names. #}
{% macro shown_names(names) %}
    {% set more = names | length - 3 %}
    {% do return(names[:3] | join(", ") ~ (" and " ~ more ~ " more" if more > 0 else "")) %}
{% endmacro %}
