with

sessions as (
    select * from {{ ref('int_period_sessions') }}
    where board_window = 'current'
),

ends as (
    select
        period_days,
        app_id,
        platform,
        first_event_name as event_name,
        1 as is_entry,
        0 as is_exit,
        is_bounce::integer as is_bounce
    from sessions
    union all
    select
        period_days,
        app_id,
        platform,
        last_event_name as event_name,
        0 as is_entry,
        1 as is_exit,
        0 as is_bounce
    from sessions
)

select
    period_days,
    app_id,
    platform,
    event_name,
    sum(is_entry)::bigint as entry_count,
    sum(is_exit)::bigint as exit_count,
    sum(is_bounce)::bigint as bounce_count
from ends
group by period_days, app_id, platform, event_name
