{{ config(materialized='table') }}

-- The touched keys: those of loaded rows, of rows of slices that are loaded again, of
-- rows that a killed run wrote, and of rows of forgotten users.
with

replaced_keys as (
    select event_key
    from {{ source('stored', 'events') }}
    where
        slice in (
            select slices_to_load.slice
            from {{ ref('int_slices_this_run') }} as slices_to_load
        )
    union all
    select event_key
    from {{ source('stored', 'events') }}
    where batch > {{ committed_batch(source('stored', 'slices')) }}
),

-- beside their events, the rows without an event of their slices: they join these
forgotten_keys as (
    select event_key from {{ ref('int_forgotten_events_this_run') }}
    union all
    select {{ key_without_event() }} as event_key
    from {{ ref('int_forgotten_events_this_run') }}
)

select event_key from replaced_keys
union
select event_key from forgotten_keys
union
select event_key from {{ ref('int_loaded_events_this_run') }}
