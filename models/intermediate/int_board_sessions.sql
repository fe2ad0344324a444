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
        sessions.session_ended_at >= windows.starts_at
        and sessions.session_ended_at < windows.ends_at
where sessions.is_concluded
