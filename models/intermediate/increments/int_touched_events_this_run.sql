{{ config(materialized='table') }}

-- The touched rows: rows of slices that are loaded again, rows that a killed run wrote,
-- rows of forgotten users, and the copies of these rows and of the loaded rows.
with

-- read three times, only a few columns each time
stored_events as {{ materialized(is_kept=false) }} (
    select * from {{ source('stored', 'events') }}
),

replaced_keys as (
    select event_key
    from stored_events
    where
        slice in (
            select slices_to_load.slice
            from {{ ref('int_slices_this_run') }} as slices_to_load
        )
    union all
    select event_key
    from stored_events
    where batch > {{ committed_batch(source('stored', 'slices')) }}
),

-- beside their events, the rows without an event of their slices: they join these
forgotten_keys as (
    select event_key from {{ ref('int_forgotten_events_this_run') }}
    union all
    select {{ key_without_event() }} as event_key
    from {{ ref('int_forgotten_events_this_run') }}
),

changed_keys as (
    select event_key from replaced_keys
    union all
    select event_key from forgotten_keys
    union all
    select event_key from {{ ref('int_loaded_events_this_run') }}
),

-- a copy may lie anywhere, so this scans one narrow column over all of history
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
