-- Summaries of each app and platform, each app, each platform, and all together.
-- R10: a percentile is the shortest length that at least so many percent of the
-- sessions do not exceed.
with

session_lengths as (
    select * from {{ ref('int_board_lengths') }}
),

segment_lengths as (
    select
        board_window,
        app_id,
        platform,
        grouping(app_id) = 1 as is_all_apps,
        grouping(platform) = 1 as is_all_platforms,
        session_length_seconds,
        sum(session_count)::bigint as session_count
    from session_lengths
    group by board_window, session_length_seconds, cube(app_id, platform)
),

ranked_lengths as (
    select
        *,
        sum(session_count) over (
            partition by board_window, app_id, platform, is_all_apps, is_all_platforms
            order by session_length_seconds
        ) as sessions_so_long,
        sum(session_count) over (
            partition by board_window, app_id, platform, is_all_apps, is_all_platforms
        ) as all_sessions
    from segment_lengths
)

select
    board_window,
    app_id,
    platform,
    is_all_apps,
    is_all_platforms,
    sum(session_count)::bigint as session_count,
    sum(session_count * session_length_seconds)::bigint as total_session_length_seconds,
    min(session_length_seconds) filter (
        where sessions_so_long * 100 >= all_sessions * 50
    ) as median_session_length_seconds,
    min(session_length_seconds) filter (
        where sessions_so_long * 100 >= all_sessions * 95
    ) as p95_session_length_seconds
from ranked_lengths
group by board_window, app_id, platform, is_all_apps, is_all_platforms
