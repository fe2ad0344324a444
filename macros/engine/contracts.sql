{#
    The columns of a model's query on Spark. dbt finds them by a run of the query for no rows, which
    Spark plans in full: with views over views, this takes most of a run. Spark describes a query in
    a fraction of this time.
#}
{% macro spark__get_columns_in_query(query) %}
    {% do return(describe_columns("(" ~ query ~ ")") | map(attribute="name") | list) %}
{% endmacro %}

{# Stops the run unless a query has the columns and types of the model's contract. #}
{% macro spark__get_assert_columns_equivalent(query) %}
    {% set found = columns_with_types("(" ~ query ~ ")") %}
    {% set expected = columns_with_types("(" ~ get_empty_schema_sql(model.columns) ~ ")") %}
    {% if found | sort(attribute="formatted") != expected | sort(attribute="formatted") %}
        {% do exceptions.raise_contract_error(expected, found) %}
    {% endif %}
{% endmacro %}

{# The columns of rows, as dbt's message of a broken contract needs them. #}
{% macro columns_with_types(rows) %}
    {% set columns = [] %}
    {% for column in describe_columns(rows) %}
        {% do columns.append({
            "name": column.name, "data_type": column.type,
            "formatted": column.name ~ " " ~ column.type,
        }) %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}
