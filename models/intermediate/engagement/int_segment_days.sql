-- Each day of the longest period and of those before it, for each app and platform,
-- each app, each platform, and all together.
with

history as (
    select
        min(first_day) as first_day,
        max(last_day) as last_day
    from {{ ref('int_board_periods') }}
),

days as (
    select {{ rows_of_days('history.first_day', 'history.last_day') }} as day
    from history
),

-- the total has rows even if there is no session
segments as (
    select
        app_id,
        platform,
        is_all_apps,
        is_all_platforms
    from {{ ref('int_segment_user_days') }}
    union distinct
    select
        null::string as app_id,
        null::string as platform,
        true as is_all_apps,
        true as is_all_platforms
)

select
    days.day,
    segments.app_id,
    segments.platform,
    segments.is_all_apps,
    segments.is_all_platforms,
    -- R10: the clock is at least one timeout past the end of the day
    session_clock.as_of
    >= {{ start_of_day('days.day + 1') }} + {{ timeout() }} as is_complete_day
from days
cross join segments
cross join {{ ref('int_session_clock') }} as session_clock
