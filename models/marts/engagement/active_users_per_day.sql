with

segment_days as (
    select * from {{ ref('int_segment_days') }}
),

user_days as (
    select
        *,
        lead(day) over (
            partition by user_id, app_id, platform, is_all_apps, is_all_platforms
            order by day
        ) as next_day
    from {{ ref('int_segment_user_days') }}
),

-- a user enters each count on a day of theirs, and leaves it so many days later, or on
-- the next day of theirs
moves as (
    select moves.*
    from (values (0, 1, 1, 1), (7, 0, -1, 0), (30, 0, 0, -1)) as moves (
        day_count, users_of_day, users_of_7_days, users_of_30_days
    )
),

user_moves as (
    select
        least(
            user_days.day + moves.day_count,
            coalesce(user_days.next_day, user_days.day + moves.day_count)
        ) as day,
        user_days.app_id,
        user_days.platform,
        user_days.is_all_apps,
        user_days.is_all_platforms,
        moves.users_of_day,
        moves.users_of_7_days,
        moves.users_of_30_days
    from user_days
    cross join moves
    union all
    -- zeros, so that each day is there
    select
        day,
        app_id,
        platform,
        is_all_apps,
        is_all_platforms,
        0 as users_of_day,
        0 as users_of_7_days,
        0 as users_of_30_days
    from segment_days
),

active_users as (
    select
        day,
        app_id,
        platform,
        is_all_apps,
        is_all_platforms,
        sum(users_of_day) as users_of_day,
        sum(sum(users_of_7_days)) over (
            partition by app_id, platform, is_all_apps, is_all_platforms order by day
        ) as users_of_7_days,
        sum(sum(users_of_30_days)) over (
            partition by app_id, platform, is_all_apps, is_all_platforms order by day
        ) as users_of_30_days
    from user_moves
    group by day, app_id, platform, is_all_apps, is_all_platforms
)

select
    segment_days.day,
    segment_days.app_id,
    segment_days.platform,
    segment_days.is_all_apps,
    segment_days.is_all_platforms,
    active_users.users_of_day::bigint as active_user_count,
    active_users.users_of_7_days::bigint as active_user_count_7_days,
    active_users.users_of_30_days::bigint as active_user_count_30_days,
    segment_days.is_complete_day
from segment_days
inner join active_users
    on
        segment_days.day = active_users.day
        and segment_days.is_all_apps = active_users.is_all_apps
        and segment_days.is_all_platforms = active_users.is_all_platforms
        and segment_days.app_id is not distinct from active_users.app_id
        and segment_days.platform is not distinct from active_users.platform
