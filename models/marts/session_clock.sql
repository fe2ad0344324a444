{{ config(materialized='table') }}

-- R8: without an accepted event there is no clock, whatever the variable says
with

events as (
    select * from {{ ref('events') }}
),

-- only for speed: the clock is no earlier than what the last batch has reached
last_batch as (
    select max(least(event_at, loaded_at)) as reached_at
    from {{ ref('int_events_sessionized') }}
    where
        batch = (
            select max(loaded_slices.batch)
            from {{ ref('loaded_slices') }} as loaded_slices
        )
        and {{ is_accepted('disposition') }}
)

select case when count(*) > 0 then {{ session_clock() }} end as as_of
from events
where
    event_at >= (
        select coalesce(last_batch.reached_at, '-infinity') from last_batch
    )
