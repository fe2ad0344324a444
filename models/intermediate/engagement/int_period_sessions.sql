-- R15: the concluded sessions of each period, and of the days before it.
with

sessions as (
    select * from {{ ref('int_sessions_with_conclusions') }}
    where is_concluded
),

periods as (
    select * from {{ ref('int_board_periods') }}
)

select
    periods.period_days,
    periods.board_window,
    periods.first_day,
    sessions.user_id,
    sessions.app_id,
    sessions.platform,
    sessions.session_ended_at,
    sessions.session_length_seconds,
    sessions.is_bounce,
    sessions.is_engaged,
    sessions.first_event_name,
    sessions.last_event_name,
    sessions.day
from sessions
inner join periods
    on
        sessions.day >= periods.first_day
        and sessions.day <= periods.last_day
        and (
            periods.board_window = 'current'
            or {{ local_time('sessions.session_ended_at') }} <= periods.last_local_end
        )
        -- only for speed: no local day is worked out for sessions far outside
        and sessions.session_ended_at >= periods.first_day - interval '2 days'
        and sessions.session_ended_at < periods.last_day + interval '3 days'
