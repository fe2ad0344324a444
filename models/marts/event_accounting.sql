with

logged_events as (
    select * from {{ ref('int_events_sessionized') }}
)

select
    {{ source_of_slice('slice') }} as event_source,
    slice,
    loaded_at::date as loaded_day,
    disposition,
    rejection_reason,
    count(*) as row_count
from logged_events
-- what no slice holds any more is no raw row
where disposition != 'withdrawn'
group by slice, loaded_day, disposition, rejection_reason
