{{ config(materialized='table') }}

-- R10: each day of the board's window for each app and platform in the window. If the
-- window holds no session, app and platform are null.
with

board_sessions as (
    select * from {{ ref('int_board_sessions') }}
    where board_window = 'current'
),

window_days as (
    select
        session_clock.as_of,
        {{ rows_of_days('windows.first_day', 'windows.last_day') }} as day
    from {{ ref('int_board_windows') }} as windows
    cross join {{ ref('int_session_clock') }} as session_clock
    where windows.board_window = 'current'
),

sessions_by_day as (
    select
        day,
        app_id,
        platform,
        count(*) as session_count,
        sum(session_length_seconds)::bigint as total_session_length_seconds
    from board_sessions
    group by day, app_id, platform
),

apps_and_platforms as (
    select distinct
        app_id,
        platform
    from sessions_by_day
    union all
    select
        null::string as app_id,
        null::string as platform
    where not exists (select 1 from sessions_by_day)
)

select
    window_days.day,
    apps_and_platforms.app_id,
    apps_and_platforms.platform,
    coalesce(sessions_by_day.session_count, 0) as session_count,
    coalesce(
        sessions_by_day.total_session_length_seconds, 0
    ) as total_session_length_seconds,
    -- R10: the clock is at least one timeout past the end of the day
    window_days.as_of
    >= {{ start_of_day('window_days.day + 1') }} + {{ timeout() }} as is_complete_day
from window_days
cross join apps_and_platforms
left join sessions_by_day
    on
        window_days.day = sessions_by_day.day
        and apps_and_platforms.app_id is not distinct from sessions_by_day.app_id
        and apps_and_platforms.platform is not distinct from sessions_by_day.platform
