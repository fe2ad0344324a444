with

segment_days as (
    select * from {{ ref('int_segment_days') }}
),

user_days as (
    select * from {{ ref('int_segment_user_days') }}
),

users_per_day as (
    select
        user_days.day,
        user_days.app_id,
        user_days.platform,
        user_days.is_all_apps,
        user_days.is_all_platforms,
        count(*) filter (where user_days.day = first_days.first_day) as new_user_count,
        count(*) filter (
            where user_days.day > first_days.first_day
        ) as returning_user_count
    from user_days
    inner join {{ ref('int_first_days') }} as first_days
        on user_days.user_id = first_days.user_id
    group by
        user_days.day,
        user_days.app_id,
        user_days.platform,
        user_days.is_all_apps,
        user_days.is_all_platforms
)

select
    segment_days.day,
    segment_days.app_id,
    segment_days.platform,
    segment_days.is_all_apps,
    segment_days.is_all_platforms,
    coalesce(users_per_day.new_user_count, 0) as new_user_count,
    coalesce(users_per_day.returning_user_count, 0) as returning_user_count,
    segment_days.is_complete_day
from segment_days
left join users_per_day
    on
        segment_days.day = users_per_day.day
        and segment_days.is_all_apps = users_per_day.is_all_apps
        and segment_days.is_all_platforms = users_per_day.is_all_platforms
        and segment_days.app_id is not distinct from users_per_day.app_id
        and segment_days.platform is not distinct from users_per_day.platform
