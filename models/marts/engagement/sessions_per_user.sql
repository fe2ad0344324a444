with

sessions as (
    select * from {{ ref('int_period_sessions') }}
    where board_window = 'current'
),

users as (
    select
        period_days,
        app_id,
        platform,
        grouping(app_id) = 1 as is_all_apps,
        grouping(platform) = 1 as is_all_platforms,
        -- ten stands for ten and more
        least(count(*), 10) as session_count
    from sessions
    group by period_days, user_id, cube(app_id, platform)
)

select
    period_days,
    app_id,
    platform,
    is_all_apps,
    is_all_platforms,
    session_count,
    count(*) as user_count
from users
group by
    period_days, app_id, platform, is_all_apps, is_all_platforms, session_count
