{# Where the raw views lie: beside the target's schema. #}
{% macro raw_schema() %}
    {% do return(target.schema ~ "_raw") %}
{% endmacro %}

{# A table or view there, as it is called in SQL. #}
{% macro raw_table(name) %}
    {% do return(adapter.quote(raw_schema()) ~ "." ~ name) %}
{% endmacro %}

{# Writes tables, name to query, and after them views, likewise, into the raw schema. #}
{% macro write_raw_schema(tables, views) %}
    {% do run_query("create schema if not exists " ~ adapter.quote(raw_schema())) %}
    {% for name, query in tables.items() %}
        {% do run_query(
            "create or replace table " ~ raw_table(name) ~ table_format() ~ " as " ~ query
        ) %}
    {% endfor %}
    {% for name, query in views.items() %}
        {% do run_query("create or replace view " ~ raw_table(name) ~ " as " ~ query) %}
    {% endfor %}
{% endmacro %}
