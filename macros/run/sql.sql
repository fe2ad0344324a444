{# A text as a SQL literal. #}
{% macro literal(text) %}
    {%- do return("'" ~ (text | string | replace("'", "''")) ~ "'") -%}
{% endmacro %}

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

{# A list of the columns, {name, type}, of a relation or subquery. #}
{% macro describe_columns(rows) %}
    {% set columns = [] %}
    {% for row in run_query("describe select * from " ~ rows).rows %}
        {% do columns.append({"name": row["column_name"], "type": row["column_type"]}) %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{# Creates a temporary table from a query and replaces an older one. #}
{% macro create_temporary(name, query) %}
    {% do run_query("create or replace temporary table " ~ name ~ " as " ~ query) %}
{% endmacro %}
