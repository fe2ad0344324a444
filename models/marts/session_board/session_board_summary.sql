with

windows as (
    select * from {{ ref('int_board_windows') }}
),

summaries as (
    select * from {{ ref('int_board_summaries') }}
),

-- the total has a row even if there is no session
segments as (
    select
        app_id,
        platform,
        is_all_apps,
        is_all_platforms
    from summaries
    union distinct
    select
        null::string as app_id,
        null::string as platform,
        true as is_all_apps,
        true as is_all_platforms
),

first_session as (
    select {{ local_day('min(session_ended_at)') }} as day
    from {{ ref('int_sessions') }}
)

select
    windows.board_window,
    windows.first_day,
    windows.last_day,
    segments.app_id,
    segments.platform,
    segments.is_all_apps,
    segments.is_all_platforms,
    coalesce(summaries.session_count, 0) as session_count,
    coalesce(
        summaries.total_session_length_seconds, 0
    ) as total_session_length_seconds,
    summaries.median_session_length_seconds,
    summaries.p95_session_length_seconds,
    coalesce(first_session.day <= windows.first_day, false) as is_whole_window
from windows
cross join segments
cross join first_session
left join summaries
    on
        windows.board_window = summaries.board_window
        and segments.is_all_apps = summaries.is_all_apps
        and segments.is_all_platforms = summaries.is_all_platforms
        and segments.app_id is not distinct from summaries.app_id
        and segments.platform is not distinct from summaries.platform
