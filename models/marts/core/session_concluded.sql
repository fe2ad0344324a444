with

concluded_sessions as (
    select *
    from {{ ref('sessions') }}
    where is_concluded
)

select
    'Session Concluded' as event_name,
    -- R9: stamped with the session's last event, raised a timeout later
    session_ended_at as event_at,
    concluded_at as raised_at,
    session_length_seconds as session_length,
    ct_session_id as session_id,
    session_key,
    user_id,
    platform,
    app_id,
    day,
    session_length_seconds,
    ct_session_id
from concluded_sessions
