-- R10: the concluded sessions of the board's window and of the window before it.
with

sessions as (
    select * from {{ ref('int_sessions_with_conclusions') }}
),

windows as (
    select * from {{ ref('int_board_windows') }}
)

select
    sessions.day,
    sessions.session_ended_at,
    sessions.app_id,
    sessions.platform,
    sessions.session_length_seconds,
    windows.board_window
from sessions
inner join windows
    on
        sessions.day >= windows.first_day
        and sessions.day <= windows.last_day
        -- only for speed: no local day is worked out for sessions far outside
        and sessions.session_ended_at >= windows.first_day - interval '2 days'
        and sessions.session_ended_at < windows.last_day + interval '3 days'
where sessions.is_concluded
