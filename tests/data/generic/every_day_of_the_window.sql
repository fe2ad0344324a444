{#
    R10: each app and platform has each day of the board's window (the clock's day and
    the days before it) and no other day. Without a clock there is no day.
#}
{% test every_day_of_the_window(model) %}

with

session_clock as (
    select {{ local_day('as_of') }} as last_day
    from {{ ref('session_clock') }}
),

days_of_segments as (
    select
        app_id,
        platform,
        count(distinct day) as day_count,
        min(day) as first_day,
        max(day) as last_day
    from {{ model }}
    group by app_id, platform
)

select days_of_segments.*
from days_of_segments
cross join session_clock
where
    day_count != {{ var('board_days') | int }}
    or first_day != session_clock.last_day - {{ var('board_days') | int - 1 }}
    or days_of_segments.last_day != session_clock.last_day
union all
select
    null,
    null,
    0,
    null,
    session_clock.last_day
from session_clock
where
    session_clock.last_day is not null
    and not exists (select 1 from days_of_segments)

{% endtest %}
