-- event_accounting has the rows of each loaded slice, and no rows of any other slice.
with

accounted_slices as (
    select
        slice,
        sum(row_count) as row_count
    from {{ ref('event_accounting') }}
    group by slice
)

select
    loaded_slices.slice,
    loaded_slices.row_count,
    accounted_slices.slice as accounted_slice,
    accounted_slices.row_count as accounted_row_count
from {{ ref('loaded_slices') }} as loaded_slices
full outer join accounted_slices on loaded_slices.slice = accounted_slices.slice
where coalesce(loaded_slices.row_count, 0) != coalesce(accounted_slices.row_count, 0)
