{{ config(materialized='table') }}
{% set clock_of_variable = 'null::timestamp' if var('as_of') is none
    else now_utc() if var('as_of') == 'now'
    else utc_timestamp(var('as_of')) %}

-- R8: without an accepted event there is no clock, even if the variable as_of is set.
with

accepted_events as (
    select
        event_at,
        loaded_at,
        batch
    from {{ ref('int_event_log') }}
    where {{ is_accepted('disposition') }}
),

-- only for speed: the clock is not earlier than the latest time of the last batch, so
-- earlier events need not be read
last_batch as (
    select max(least(event_at, loaded_at)) as reached_at
    from accepted_events
    where batch = (select max(log.batch) from {{ ref('int_event_log') }} as log)
),

-- the latest time by which an event is known to have happened; because of the limit, a
-- single row that says 2038 does not move it there
newest_event as (
    select
        case
            when count(*) > 0
                then least(
                    max(least(event_at, loaded_at)),
                    {{ run_start() }}
                    + interval '{{ tolerance_microseconds() }} microseconds'
                )
        end as happened_at
    from accepted_events
    where
        event_at >= (
            select coalesce(last_batch.reached_at, timestamp '0001-01-01')
            from last_batch
        )
)

select
    case
        when happened_at is not null
            then coalesce({{ clock_of_variable }}, happened_at)
    end as as_of,
    {{ (var('as_of') is not none) | lower }} as is_clock_set,
    happened_at as newest_event_at
from newest_event
