-- R10: the clock's day and the days before it, and as many days before these.
with

last_days as (
    select
        'current' as board_window,
        {{ local_day('as_of') }} as last_day
    from {{ ref('int_session_clock') }}
    where as_of is not null
    union all
    select
        'previous' as board_window,
        {{ local_day('as_of') }} - {{ var('board_days') | int }} as last_day
    from {{ ref('int_session_clock') }}
    where as_of is not null
)

select
    board_window,
    last_day - {{ var('board_days') | int - 1 }} as first_day,
    last_day
from last_days
