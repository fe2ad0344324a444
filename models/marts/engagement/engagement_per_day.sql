with

segment_days as (
    select * from {{ ref('int_segment_days') }}
    where not is_all_apps and not is_all_platforms
),

sessions_per_day as (
    select
        day,
        app_id,
        platform,
        count(*) as session_count,
        sum(session_length_seconds)::bigint as total_session_length_seconds,
        sum(event_count)::bigint as event_count,
        count(*) filter (where is_bounce) as bounce_count,
        count(*) filter (where is_engaged) as engaged_session_count
    from {{ ref('int_sessions_with_conclusions') }}
    where is_concluded
    group by day, app_id, platform
)

select
    segment_days.day,
    segment_days.app_id,
    segment_days.platform,
    coalesce(sessions_per_day.session_count, 0) as session_count,
    coalesce(
        sessions_per_day.total_session_length_seconds, 0
    ) as total_session_length_seconds,
    coalesce(sessions_per_day.event_count, 0) as event_count,
    coalesce(sessions_per_day.bounce_count, 0) as bounce_count,
    coalesce(sessions_per_day.engaged_session_count, 0) as engaged_session_count,
    segment_days.is_complete_day
from segment_days
left join sessions_per_day
    on
        segment_days.day = sessions_per_day.day
        and segment_days.app_id is not distinct from sessions_per_day.app_id
        and segment_days.platform is not distinct from sessions_per_day.platform
