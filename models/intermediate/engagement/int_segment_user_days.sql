-- The users of each day, in each app and platform, each app, each platform, and in all
-- together. R15: a user of two platforms counts once in their total. The days are
-- those of the longest period, those before it, and the 29 days that the first of them
-- needs.
with

sessions as (
    select * from {{ ref('int_sessions_with_conclusions') }}
    where is_concluded
),

history as (
    select
        min(first_day) - 29 as first_day,
        max(last_day) as last_day
    from {{ ref('int_board_periods') }}
),

user_days as (
    select distinct
        sessions.user_id,
        sessions.day,
        sessions.app_id,
        sessions.platform
    from sessions
    inner join history
        on
            sessions.day >= history.first_day
            and sessions.day <= history.last_day
            -- only for speed, as in int_board_sessions
            and sessions.session_ended_at >= history.first_day - interval '2 days'
)

select
    user_id,
    day,
    app_id,
    platform,
    grouping(app_id) = 1 as is_all_apps,
    grouping(platform) = 1 as is_all_platforms
from user_days
group by user_id, day, cube(app_id, platform)
