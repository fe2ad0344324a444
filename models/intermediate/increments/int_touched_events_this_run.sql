{{ config(materialized='table') }}
{% set keys_hint = broadcast('touched_keys', ref('int_touched_keys_this_run')) %}
{% set copies_hint = broadcast('copies', ref('int_touched_keys_this_run')) %}

-- The touched rows: all stored rows with a touched key.
with

touched_keys as (
    select * from {{ ref('int_touched_keys_this_run') }}
),

-- read twice, only a few columns each time
stored_events as {{ materialized(is_kept=false) }} (
    select * from {{ source('stored', 'events') }}
),

-- a copy may lie anywhere, so this scans one narrow column over all of history
copies as (
    select row_id
    from stored_events
    where
        event_key in (
            select {{ keys_hint }} touched_keys.event_key from touched_keys
        )
)

select
    event_key,
    event_slot,
    event_at,
    judged_disposition,
    {{ session_key() }} as session_key
from stored_events
where row_id in (select {{ copies_hint }} copies.row_id from copies)
