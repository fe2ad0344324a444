-- The periods that the board offers, and as many days before each of them.
with

period_lengths as (
    select periods.period_days
    from (values ({{ var('board_periods') | join('), (') }})) as periods (period_days)
),

session_clock as (
    select
        {{ local_day('as_of') }} as last_day,
        {{ local_time('as_of - ' ~ timeout()) }} as last_local_end
    from {{ ref('int_session_clock') }}
    where as_of is not null
)

select
    period_lengths.period_days::bigint as period_days,
    'current' as board_window,
    session_clock.last_day - (period_lengths.period_days - 1) as first_day,
    session_clock.last_day,
    session_clock.last_local_end
from period_lengths
cross join session_clock
union all
select
    period_lengths.period_days::bigint as period_days,
    'previous' as board_window,
    session_clock.last_day - (2 * period_lengths.period_days - 1) as first_day,
    session_clock.last_day - period_lengths.period_days as last_day,
    -- R15: the clock's day is not over, so the day that it is compared with ends at the
    -- same hour
    session_clock.last_local_end
    - period_lengths.period_days * interval '1 day' as last_local_end
from period_lengths
cross join session_clock
