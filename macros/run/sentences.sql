{#
    Stops the run with one sentence. Of dbt's exceptions this is the one that prints
    nothing but the sentence: a compiler error adds the macros that led to it.
#}
{% macro stop(sentence) %}
    {% do exceptions.raise_dependency_error(sentence) %}
{% endmacro %}

{# A value as sentences show it: texts in quotes. #}
{% macro shown(value) %}
    {% do return('"' ~ value ~ '"' if value is string else value | string) %}
{% endmacro %}

{# Names as sentences show them: the first few, and how many more there are. #}
{% macro shown_names(names) %}
    {% set more = names | length - 3 %}
    {% do return(names[:3] | join(", ") ~ (" and " ~ more ~ " more" if more > 0 else "")) %}
{% endmacro %}
