with

logged_events as (
    select * from {{ ref('int_event_log') }}
)

select
    {{ used_event_id() }} as event_id,
    user_id,
    identity,
    device_id,
    event_name,
    event_at,
    is_time_ambiguous,
    source,
    platform,
    app_id,
    campaign_type,
    properties,
    loaded_at,
    {{ session_key() }} as session_key,
    disposition,
    disposition = 'session' as is_session_event,
    ct_session_id,
    session_started_at
from logged_events
where {{ is_accepted('disposition') }}
