-- Each slice that was loaded has its rows in the log, and no other slice has any.
with

logged_slices as (
    select
        slice,
        count(*) as row_count
    from {{ ref('int_events_sessionized') }}
    where disposition != 'withdrawn'
    group by slice
)

select
    loaded_slices.slice,
    loaded_slices.row_count,
    logged_slices.slice as logged_slice,
    logged_slices.row_count as logged_row_count
from {{ ref('loaded_slices') }} as loaded_slices
full outer join logged_slices on loaded_slices.slice = logged_slices.slice
where coalesce(loaded_slices.row_count, 0) != coalesce(logged_slices.row_count, 0)
