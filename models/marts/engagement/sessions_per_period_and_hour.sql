with

sessions as (
    select * from {{ ref('int_period_sessions') }}
    where board_window = 'current'
)

select
    period_days,
    {{ weekday_of('day') }} as weekday,
    -- R10: the hour of a session is the hour of its last event
    hour({{ local_time('session_ended_at') }})::bigint as hour_of_day,
    app_id,
    platform,
    count(*) as session_count
from sessions
group by period_days, weekday, hour_of_day, app_id, platform
