{{ config(materialized='table') }}

-- Which stored rows this run works on again: changed ones, and whole sessions.
with

stored_events as (
    select * from {{ source('stored', 'events') }}
),

sessions_to_recut as (
    select * from {{ ref('int_sessions_to_recut') }}
)

select
    event_key,
    event_slot
from {{ ref('int_stored_copies') }}
union
select
    stored_events.event_key,
    stored_events.event_slot
from stored_events
inner join sessions_to_recut
    on
        stored_events.session_started_at = sessions_to_recut.session_started_at
        and {{ session_key('stored_events') }} = sessions_to_recut.session_key
