{{ config(materialized='table') }}

-- The sessions that the run compares with what the feed has told. All others are as
-- they were told: their rows are the same, and the clock has not passed their end.
with

sessions as {{ materialized(is_kept=false) }} (
    select * from {{ ref('int_sessions') }}
),

-- the sessions now and those told: one that is no more is found by the first event that
-- it had
first_events as {{ materialized(is_kept=false) }} (
    select
        ct_session_id as session_id,
        first_event_key,
        first_event_slot
    from sessions
    union all
    select
        session_id,
        first_event_key,
        first_event_slot
    from {{ source('stored', 'changes') }}
),

last_change as (
    select * from {{ ref('int_last_change') }}
),

-- one of the two clocks alone concludes the sessions that end in this time
clock_movement as (
    select
        least(last_change.as_of, session_clock.as_of) - {{ timeout() }} as after_at,
        greatest(last_change.as_of, session_clock.as_of) - {{ timeout() }} as until_at
    from last_change
    cross join {{ ref('int_session_clock') }} as session_clock
)

select first_events.session_id
from first_events
semi join {{ ref('int_rewritten_events_this_run') }} as rewritten_events
    on
        first_events.first_event_key = rewritten_events.event_key
        and first_events.first_event_slot = rewritten_events.event_slot
union
select ct_session_id
from sessions
where
    session_ended_at > (select clock_movement.after_at from clock_movement)
    and session_ended_at <= (select clock_movement.until_at from clock_movement)
union
select first_events.session_id
from first_events
inner join last_change on last_change.is_whole_comparison
