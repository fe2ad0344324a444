-- R10: each mart shows each session of the window once. The summary does so in its rows
-- of totals, and again in its rows of one app and platform.
with

window_days as (
    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('sessions_per_day') }}
),

concluded_sessions as (
    select
        count(*) as session_count,
        coalesce(sum(session_length), 0) as total_session_length_seconds
    from {{ ref('session_concluded') }}
    where
        day >= (select window_days.first_day from window_days)
        and day <= (select window_days.last_day from window_days)
),

board as (
    select
        (
            select coalesce(sum(session_count), 0)
            from {{ ref('sessions_per_day') }}
        ) as session_count,
        (
            select coalesce(sum(session_count), 0)
            from {{ ref('session_length_distribution') }}
        ) as distributed_session_count,
        (
            select coalesce(sum(session_count), 0)
            from {{ ref('sessions_per_weekday_and_hour') }}
        ) as session_count_by_hour,
        (
            select coalesce(sum(session_count), 0)
            from {{ ref('session_board_summary') }}
            where board_window = 'current' and is_all_apps and is_all_platforms
        ) as session_count_of_the_total,
        (
            select coalesce(sum(session_count), 0)
            from {{ ref('session_board_summary') }}
            where board_window = 'current' and not is_all_apps and not is_all_platforms
        ) as session_count_by_segment,
        (
            select coalesce(sum(total_session_length_seconds), 0)
            from {{ ref('session_lengths_per_day') }}
        ) as total_session_length_seconds
)

select
    board.*,
    concluded_sessions.*
from board
cross join concluded_sessions
where
    board.session_count != concluded_sessions.session_count
    or board.distributed_session_count != concluded_sessions.session_count
    or board.session_count_by_hour != concluded_sessions.session_count
    or board.session_count_of_the_total != concluded_sessions.session_count
    or board.session_count_by_segment != concluded_sessions.session_count
    or board.total_session_length_seconds
    != concluded_sessions.total_session_length_seconds
