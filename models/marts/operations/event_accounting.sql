with

logged_events as (
    select * from {{ ref('int_event_log') }}
)

select
    {{ source_of_slice('slice') }} as event_source,
    slice,
    loaded_at::date as loaded_day,
    disposition,
    rejection_reason,
    count(*) as row_count
from logged_events
-- a row that its slice no longer holds is not a raw row
where disposition != 'withdrawn'
group by slice, loaded_day, disposition, rejection_reason
