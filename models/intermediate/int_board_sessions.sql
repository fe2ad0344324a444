-- R10: the concluded sessions of the clock's day and the days before it.
with

sessions as (
    select * from {{ ref('sessions') }}
),

board_window as (
    select
        {{ start_of_day(
            local_day('as_of') ~ ' - ' ~ days_before_last()
        ) }} as starts_at
    from {{ ref('session_clock') }}
)

select
    sessions.day,
    sessions.app_id,
    sessions.platform,
    sessions.session_length_seconds
from sessions
inner join board_window
    on sessions.session_ended_at >= board_window.starts_at
where sessions.is_concluded
