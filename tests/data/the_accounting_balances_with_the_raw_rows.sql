-- Each raw row of the slices that were loaded last is accounted for, once.
with

raw_rows as (
    select
        slice,
        count(*) as row_count
    from {{ ref('int_events_unioned') }}
    group by slice
),

accounted_rows as (
    select
        slice,
        sum(row_count) as row_count
    from {{ ref('event_accounting') }}
    group by slice
)

select
    raw_rows.slice,
    raw_rows.row_count,
    accounted_rows.row_count as accounted_row_count
from raw_rows
left join accounted_rows on raw_rows.slice = accounted_rows.slice
where raw_rows.row_count is distinct from accounted_rows.row_count
