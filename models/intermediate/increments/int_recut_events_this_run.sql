{{ config(materialized='table') }}

-- The recut rows: the touched rows and all rows of the recut sessions.
with

stored_events as (
    select * from {{ source('stored', 'events') }}
),

sessions_to_recut as (
    select * from {{ ref('int_recut_sessions_this_run') }}
)

select
    event_key,
    event_slot
from {{ ref('int_touched_events_this_run') }}
union
select
    stored_events.event_key,
    stored_events.event_slot
from stored_events
inner join sessions_to_recut
    on
        stored_events.session_started_at = sessions_to_recut.session_started_at
        and {{ session_key('stored_events') }} = sessions_to_recut.session_key
