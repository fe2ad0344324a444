with

segment_days as (
    select * from {{ ref('int_segment_days') }}
    where not is_all_apps and not is_all_platforms
),

converted_sessions as (
    select distinct ct_session_id
    from {{ ref('int_event_log') }}
    where
        disposition = 'session'
        and event_name in ({{ literals(var('key_events')) or 'null' }})
),

sessions_per_day as (
    select
        sessions.day,
        sessions.app_id,
        sessions.platform,
        count(*) as session_count,
        count(converted_sessions.ct_session_id) as converted_session_count
    from {{ ref('int_sessions_with_conclusions') }} as sessions
    left join converted_sessions
        on sessions.ct_session_id = converted_sessions.ct_session_id
    where sessions.is_concluded
    group by sessions.day, sessions.app_id, sessions.platform
)

select
    segment_days.day,
    segment_days.app_id,
    segment_days.platform,
    coalesce(sessions_per_day.session_count, 0) as session_count,
    coalesce(sessions_per_day.converted_session_count, 0) as converted_session_count,
    segment_days.is_complete_day
from segment_days
left join sessions_per_day
    on
        segment_days.day = sessions_per_day.day
        and segment_days.app_id is not distinct from sessions_per_day.app_id
        and segment_days.platform is not distinct from sessions_per_day.platform
