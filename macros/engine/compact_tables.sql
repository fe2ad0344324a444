{#
    An operation on Spark: writes the small files of the project's tables into larger ones, without
    the deleted rows, and deletes the files that only snapshots older than `days` read.

        dbt run-operation compact_tables --target spark --args '{days: 2}'

    Run it while no run is at work: of the two, one may fail with a conflict, and nothing is lost.
#}
{% macro compact_tables(days=5) %}
    {% do adapter.dispatch("compact_tables", "session_analytics")(days) %}
{% endmacro %}

{% macro duckdb__compact_tables(days) %}
    {% do stop("compact_tables works on Spark only: on DuckDB, run `make compact`.") %}
{% endmacro %}

{% macro spark__compact_tables(days) %}
    {% if days is not number or days < 0 %}
        {% do stop("days is " ~ days ~ ": expected a number of days, 0 or more.") %}
    {% endif %}
    {% set procedures = query_values("select current_catalog()")[0] ~ ".system." %}
    {% set kept_from = query_values(
        "select current_timestamp() - " ~ (days * 86400) | int ~ " * interval '1 second'"
    )[0] %}
    {% for table in tables_of_project() %}
        {% set rewritten = run_query(
            "call " ~ procedures ~ "rewrite_data_files(table => " ~ literal(table)
            ~ ", options => map('delete-file-threshold', '1'))"
        ).rows[0] %}
        {% set expired = run_query(
            "call " ~ procedures ~ "expire_snapshots(table => " ~ literal(table)
            ~ ", older_than => timestamp " ~ literal(kept_from) ~ ", retain_last => 1)"
        ).rows[0] %}
        {% do log(
            table ~ ": " ~ rewritten["rewritten_data_files_count"] ~ " files written into "
            ~ rewritten["added_data_files_count"] ~ ", "
            ~ expired.values() | map("int") | sum ~ " old files deleted",
            info=true
        ) %}
    {% endfor %}
{% endmacro %}

{# The project's stored tables, as schema.name: models, seeds, and those of the raw schema. #}
{% macro tables_of_project() %}
    {% set tables = [] %}
    {% for node in graph.nodes.values() if node.resource_type in ("model", "seed") %}
        {% set relation = relation_of(node) if node.config.materialized != "view" %}
        {% if relation %}
            {% do tables.append(relation.schema ~ "." ~ relation.identifier) %}
        {% endif %}
    {% endfor %}
    {% for row in run_query("show tables in " ~ raw_schema()).rows %}
        {% do tables.append(raw_schema() ~ "." ~ row["tableName"]) %}
    {% endfor %}
    {% do return(tables | sort) %}
{% endmacro %}
