-- Each raw row that was loaded last has exactly one disposition.
{{ config(tags=['run']) }}
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
    where
        disposition != 'withdrawn'
        and batch >= (
            select max(loaded_slices.batch)
            from {{ ref('loaded_slices') }} as loaded_slices
        )
    group by slice
)

select
    raw_rows.slice,
    raw_rows.row_count,
    logged_rows.row_count as logged_row_count
from raw_rows
left join logged_rows on raw_rows.slice = logged_rows.slice
where raw_rows.row_count is distinct from logged_rows.row_count
