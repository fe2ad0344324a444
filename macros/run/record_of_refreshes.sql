{#
    Creates the table in which operations/refresh.py records each refresh, if it is missing. A
    model cannot record a run that fails. The mart refreshes shows the table.
#}
{% macro create_record_of_refreshes() %}
    {% do run_query(
        "create table if not exists " ~ raw_table("refreshes") ~ " ("
        ~ "started_at timestamp, seconds double, exit_code bigint, message string,"
        ~ " slice_count bigint, row_count bigint,"
        ~ " rejected_row_count bigint, rejected_rows_by_reason string,"
        ~ " new_session_count bigint, changed_session_count bigint,"
        ~ " withdrawn_session_count bigint, as_of timestamp,"
        ~ " session_analytics_version string, dbt_version string, duckdb_version string)"
        ~ table_format()
    ) %}
{% endmacro %}
