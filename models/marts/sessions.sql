with

sessions as (
    select * from {{ ref('int_sessions') }}
),

session_clock as (
    select * from {{ ref('session_clock') }}
),

sessions_with_conclusions as (
    select
        sessions.*,
        coalesce(
            sessions.session_ended_at + {{ timeout() }} <= session_clock.as_of, false
        ) as is_concluded
    from sessions
    cross join session_clock
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
    {{ local_day('session_ended_at') }} as day,
    is_concluded,
    case when is_concluded then session_ended_at + {{ timeout() }} end as concluded_at
from sessions_with_conclusions
