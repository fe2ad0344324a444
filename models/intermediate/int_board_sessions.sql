-- R10: the concluded sessions of the board's window, and of the one as long before it.
with

sessions as (
    select * from {{ ref('sessions') }}
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
        -- only for speed: no day is asked of the sessions before and after
        and sessions.session_ended_at >= windows.first_day - interval '2 days'
        and sessions.session_ended_at < windows.last_day + interval '3 days'
where sessions.is_concluded
