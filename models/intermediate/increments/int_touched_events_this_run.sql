{{ config(materialized='table') }}

-- The touched rows: all stored rows with a touched key. A copy may lie anywhere, so
-- this looks through all of history.
select
    event_key,
    event_slot,
    event_at,
    judged_disposition,
    {{ session_key() }} as session_key
from {{ rows_with_keys(
    source('stored', 'events'), 'event_key', ref('int_touched_keys_this_run')
) }} as touched_events
