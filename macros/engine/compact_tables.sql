{#
    An operation on Spark: writes the small files of the project's tables into larger ones, without
    the deleted rows, and deletes the files that only snapshots older than `days` read. Of a table
    without `min_files` small files (of one partition) it only does the latter.

        dbt run-operation compact_tables --target spark --args '{days: 2}'

    Run it while no run is at work. If both change a table at the same time, one of them stops.
#}
{% macro compact_tables(days=5, min_files=5) %}
    {% do adapter.dispatch("compact_tables", "session_analytics")(days, min_files) %}
{% endmacro %}

{% macro duckdb__compact_tables(days, min_files) %}
    {% do stop("compact_tables works on Spark only: on DuckDB, run `make compact`.") %}
{% endmacro %}

{% macro spark__compact_tables(days, min_files) %}
    {% for name, value, least in [("days", days, 0), ("min_files", min_files, 1)]
        if value is not number or value < least %}
        {% do stop(name ~ " is " ~ value ~ ": expected a number, " ~ least ~ " or more.") %}
    {% endfor %}
    {% set procedures = adapter.quote(query_values("select current_catalog()")[0]) ~ ".system." %}
    {% set kept_from = query_values(
        "select (current_timestamp() - " ~ (days * 86400) | int ~ " * interval '1 second')::string"
    )[0] %}
    {% for table in tables_of_project() %}
        {% set rewritten = run_query(
            "call " ~ procedures ~ "rewrite_data_files(table => " ~ literal(table) ~ ", options =>"
            ~ " map('partial-progress.enabled', 'true', 'min-input-files', '" ~ min_files ~ "'))"
        ).rows[0] %}
        {% if rewritten["failed_data_files_count"] %}
            {% do stop(
                rewritten["failed_data_files_count"] ~ " files of " ~ table ~ " could not be"
                ~ " rewritten: run again, while nothing else writes to it."
            ) %}
        {% endif %}
        {% set expired = run_query(
            "call " ~ procedures ~ "expire_snapshots(table => " ~ literal(table)
            ~ ", older_than => timestamp " ~ literal(kept_from)
            ~ ", retain_last => 1, stream_results => true)"
        ).rows[0] %}
        {% do log(
            table ~ ": " ~ rewritten["rewritten_data_files_count"] ~ " files written into "
            ~ rewritten["added_data_files_count"] ~ ", "
            ~ expired.values() | map("int") | sum ~ " old files deleted",
            info=true
        ) %}
    {% endfor %}
{% endmacro %}

{# The project's stored tables, as schema.name: models, seeds, and those that runs write. #}
{% macro tables_of_project() %}
    {% set tables = [] %}
    {% for node in graph.nodes.values() if node.package_name == "session_analytics"
        and node.resource_type in ("model", "seed") and node.config.materialized != "view" %}
        {% set relation = relation_of(node) %}
        {% if relation %}
            {% do tables.append(
                adapter.quote(relation.schema) ~ "." ~ adapter.quote(relation.identifier)
            ) %}
        {% endif %}
    {% endfor %}
    {% for name in ["created_views", "run_at_work", "slices", "slices_to_load", "unfinished_slices"]
        if has_raw_table(name) %}
        {% do tables.append(raw_table(name)) %}
    {% endfor %}
    {% do return(tables | sort) %}
{% endmacro %}
