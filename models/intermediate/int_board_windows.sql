-- R10: the clock's day and those before it, and as many days before these.
with

last_days as (
    select
        'current' as board_window,
        {{ local_day('as_of') }} as last_day
    from {{ ref('session_clock') }}
    where as_of is not null
    union all
    select
        'previous' as board_window,
        {{ local_day('as_of') }} - {{ var('board_days') | int }} as last_day
    from {{ ref('session_clock') }}
    where as_of is not null
),

window_days as (
    select
        board_window,
        last_day - {{ days_before_last() }} as first_day,
        last_day
    from last_days
)

select
    board_window,
    first_day,
    last_day,
    {{ start_of_day('first_day') }} as starts_at,
    {{ start_of_day('last_day + 1') }} as ends_at
from window_days
