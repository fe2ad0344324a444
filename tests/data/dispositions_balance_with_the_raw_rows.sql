-- Each raw row of a slice has exactly one disposition.
with

raw_rows as (
    select
        slice,
        count(*) as row_count
    from {{ ref('int_events_unioned') }}
    group by slice
),

logged_rows as (
    select
        slice,
        count(disposition) as row_count
    from {{ ref('int_events_sessionized') }}
    group by slice
)

select
    raw_rows.slice,
    raw_rows.row_count,
    logged_rows.row_count as logged_row_count
from raw_rows
full outer join logged_rows on raw_rows.slice = logged_rows.slice
where raw_rows.row_count is distinct from logged_rows.row_count
