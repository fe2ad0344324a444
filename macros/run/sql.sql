{# A list of texts as SQL literals, separated by commas. #}
{% macro literals(texts) %}
    {%- set quoted = [] -%}
    {%- for text in texts -%}
        {%- do quoted.append(literal(text)) -%}
    {%- endfor -%}
    {%- do return(quoted | join(", ")) -%}
{% endmacro %}

{# A name as a quoted SQL identifier. It may hold any characters. #}
{% macro quoted(name) %}
    {%- do return('"' ~ (name | replace('"', '""')) ~ '"') -%}
{% endmacro %}

{# The first column of a query's rows, as a list. #}
{% macro query_values(query) %}
    {% do return(run_query(query).columns[0].values() | list) %}
{% endmacro %}

{# Creates a temporary table from a query and replaces an older one. #}
{% macro create_temporary(name, query) %}
    {% do run_query("create or replace temporary table " ~ name ~ " as " ~ query) %}
{% endmacro %}
