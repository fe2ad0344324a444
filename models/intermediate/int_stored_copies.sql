{{ config(materialized='table') }}

-- The stored rows that an arrival may change: of the slices that are loaded again, of a
-- run that was never committed, and every copy of an event of these or of an arriving
-- one.
with

-- read three times, a few columns each
stored_events as not materialized (
    select * from {{ source('stored', 'events') }}
),

replaced_keys as (
    select event_key
    from stored_events
    where
        slice in (
            select slices_to_load.slice
            from {{ ref('int_slices_to_load') }} as slices_to_load
        )
    union all
    select event_key
    from stored_events
    where batch > {{ committed_batch() }}
),

changed_keys as (
    select event_key from replaced_keys
    union all
    select event_key from {{ ref('int_events_judged') }}
),

-- a scan of one narrow column, of all of history: that is what a copy anywhere costs
copies as (
    select row_id
    from stored_events
    where event_key in (select changed_keys.event_key from changed_keys)
)

select
    event_key,
    event_slot,
    event_at,
    judged_disposition,
    {{ session_key() }} as session_key
from stored_events
where row_id in (select copies.row_id from copies)
