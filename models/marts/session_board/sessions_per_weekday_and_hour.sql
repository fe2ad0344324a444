{{ config(materialized='table') }}

with

board_sessions as (
    select * from {{ ref('int_board_sessions') }}
    where board_window = 'current'
),

board_days as (
    select * from {{ ref('int_board_days') }}
),

sessions_by_hour as (
    select
        {{ weekday_of('day') }} as weekday,
        -- R10: the hour of a session is the hour of its last event
        hour({{ local_time('session_ended_at') }}) as hour_of_day,
        app_id,
        platform,
        count(*) as session_count
    from board_sessions
    group by weekday, hour_of_day, app_id, platform
),

-- int_board_days has rows with null app and platform if the window has no sessions
apps_and_platforms as (
    select distinct
        app_id,
        platform
    from board_days
),

-- counts only days on which the clock has reached the hour: on the last day, some hours
-- are still to come
hours as (
    select
        weekdays.weekday::bigint as weekday,
        hours.hour_of_day::bigint as hour_of_day,
        count(distinct board_days.day) as day_count
    from {{ numbers(1, 7) }} as weekdays (weekday)
    cross join {{ numbers(0, 23) }} as hours (hour_of_day)
    cross join {{ ref('int_session_clock') }} as session_clock
    left join board_days
        on
            weekdays.weekday = {{ weekday_of('board_days.day') }}
            and board_days.day::timestamp + hours.hour_of_day * interval '1 hour'
            <= {{ local_time('session_clock.as_of') }}
    group by weekdays.weekday, hours.hour_of_day
)

select
    hours.weekday,
    hours.hour_of_day,
    apps_and_platforms.app_id,
    apps_and_platforms.platform,
    coalesce(sessions_by_hour.session_count, 0) as session_count,
    hours.day_count
from hours
cross join apps_and_platforms
left join sessions_by_hour
    on
        hours.weekday = sessions_by_hour.weekday
        and hours.hour_of_day = sessions_by_hour.hour_of_day
        and apps_and_platforms.app_id is not distinct from sessions_by_hour.app_id
        and apps_and_platforms.platform is not distinct from sessions_by_hour.platform
