with

sessions as (
    select * from {{ ref('int_sessions_with_conclusions') }}
),

-- R14: worked out by the query that asks for it, so that a late session costs no run
-- the numbers of the sessions after it
numbered_sessions as (
    select
        *,
        row_number() over (
            partition by user_id order by session_started_at, ct_session_id
        )::bigint as session_number
    from sessions
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
    case when is_concluded then session_ended_at + {{ timeout() }} end as concluded_at,
    {{ local_time('session_started_at') }} as local_started_at,
    first_event_id,
    last_event_id,
    session_number,
    session_number = 1 as is_first_session,
    is_bounce,
    is_engaged
from numbered_sessions
