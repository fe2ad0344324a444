with

logged_events as (
    select * from {{ ref('int_event_log') }}
)

select
    slice,
    rejection_reason,
    event_id,
    user_id,
    event_name,
    event_at,
    unreadable_event_at,
    unreadable_loaded_at,
    source,
    platform,
    app_id,
    campaign_type,
    properties,
    loaded_at
from logged_events
where disposition = 'rejected'
