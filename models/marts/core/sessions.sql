with

sessions as (
    select * from {{ ref('int_sessions_with_conclusions') }}
)

select
    ct_session_id,
    session_key,
    user_id,
    session_started_at,
    session_ended_at,
    session_length_seconds,
    event_count,
    first_event_name,
    last_event_name,
    platform,
    app_id,
    day,
    is_concluded,
    -- R9
    case when is_concluded then session_ended_at + {{ timeout() }} end as concluded_at
from sessions
