-- operations/refresh.py writes the rows: a model cannot record a run that fails.
select
    started_at,
    seconds,
    exit_code,
    message,
    slice_count,
    row_count,
    rejected_row_count,
    rejected_rows_by_reason,
    new_session_count,
    changed_session_count,
    withdrawn_session_count,
    as_of,
    session_analytics_version,
    dbt_version,
    duckdb_version
from {{ source('operations', 'refreshes') }}
