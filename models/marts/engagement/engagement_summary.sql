with

periods as (
    select * from {{ ref('int_board_periods') }}
),

period_sessions as (
    select
        sessions.*,
        first_days.first_day >= sessions.first_day as is_of_new_user
    from {{ ref('int_period_sessions') }} as sessions
    inner join {{ ref('int_first_days') }} as first_days
        on sessions.user_id = first_days.user_id
),

summaries as (
    select
        period_days,
        board_window,
        app_id,
        platform,
        grouping(app_id) = 1 as is_all_apps,
        grouping(platform) = 1 as is_all_platforms,
        count(distinct user_id) as user_count,
        count(distinct case when is_of_new_user then user_id end) as new_user_count,
        count(*) as session_count,
        sum(session_length_seconds)::bigint as total_session_length_seconds,
        percentile_disc(0.5) within group (
            order by session_length_seconds
        )::bigint as median_session_length_seconds,
        count(*) filter (where is_bounce) as bounce_count,
        count(*) filter (where is_engaged) as engaged_session_count
    from period_sessions
    group by period_days, board_window, cube(app_id, platform)
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
    select min(first_day) as day
    from {{ ref('int_first_days') }}
)

select
    periods.period_days,
    periods.board_window,
    periods.first_day,
    periods.last_day,
    segments.app_id,
    segments.platform,
    segments.is_all_apps,
    segments.is_all_platforms,
    coalesce(summaries.user_count, 0) as user_count,
    coalesce(summaries.new_user_count, 0) as new_user_count,
    coalesce(summaries.session_count, 0) as session_count,
    coalesce(
        summaries.total_session_length_seconds, 0
    ) as total_session_length_seconds,
    summaries.median_session_length_seconds,
    coalesce(summaries.bounce_count, 0) as bounce_count,
    coalesce(summaries.engaged_session_count, 0) as engaged_session_count,
    coalesce(first_session.day <= periods.first_day, false) as is_whole_window
from periods
cross join segments
cross join first_session
left join summaries
    on
        periods.period_days = summaries.period_days
        and periods.board_window = summaries.board_window
        and segments.is_all_apps = summaries.is_all_apps
        and segments.is_all_platforms = summaries.is_all_platforms
        and segments.app_id is not distinct from summaries.app_id
        and segments.platform is not distinct from summaries.platform
