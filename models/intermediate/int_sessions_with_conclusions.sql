-- Each session with its day, whether it is concluded, and what it counts as.
with

sessions as (
    select * from {{ ref('int_sessions') }}
),

session_clock as (
    select * from {{ ref('int_session_clock') }}
)

select
    sessions.ct_session_id,
    sessions.session_key,
    sessions.user_id,
    sessions.session_started_at,
    sessions.session_ended_at,
    sessions.session_length_seconds,
    sessions.event_count,
    -- R13
    sessions.event_count <= {{ var('bounce_max_events') }}
    and sessions.session_length_seconds <= {{ var('bounce_max_seconds') }} as is_bounce,
    sessions.event_count >= {{ var('engaged_min_events') }}
    or sessions.session_length_seconds >= {{ var('engaged_min_seconds') }}
        as is_engaged,
    sessions.first_event_id,
    sessions.first_event_name,
    sessions.last_event_id,
    sessions.last_event_name,
    sessions.platform,
    sessions.app_id,
    -- R10: the local day of the session's last event
    {{ local_day('sessions.session_ended_at') }} as day,
    -- R8: the clock is at least one timeout past the last event
    coalesce(
        sessions.session_ended_at + {{ timeout() }} <= session_clock.as_of, false
    ) as is_concluded
from sessions
cross join session_clock
