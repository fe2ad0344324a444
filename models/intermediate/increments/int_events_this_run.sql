-- The rows that this run works on: the loaded rows and the recut rows.
with

slices_to_load as (
    select * from {{ ref('int_slices_this_run') }}
),

rows_to_recut as (
    select stored_events.row_id
    from {{ source('stored', 'events') }} as stored_events
    inner join {{ ref('int_recut_events_this_run') }} as events_to_recut
        on
            stored_events.event_key = events_to_recut.event_key
            and stored_events.event_slot = events_to_recut.event_slot
),

-- two narrow columns find the rows, and row_id fetches them, so that the wide columns
-- of other rows are not read
stored_events as materialized (
    select * exclude (row_id)
    from {{ source('stored', 'events') }}
    where
        row_id in (select rows_to_recut.row_id from rows_to_recut)
        and disposition != 'withdrawn'
),

events_this_run as (
    select
        *,
        disposition as judged_disposition
    from {{ ref('int_events_judged') }}
    union all by name
    -- as they were judged: this run may keep another copy of the event
    select
        * exclude (ct_session_id, session_started_at, batch)
        replace (judged_disposition as disposition)
    from stored_events
    where slice not in (select slices_to_load.slice from slices_to_load)
    union all by name
    -- stored rows whose slice is loaded again; the log keeps those that the slice lost
    select
        event_key,
        event_slot,
        slice,
        'withdrawn' as disposition
    from stored_events
    where slice in (select slices_to_load.slice from slices_to_load)
)

select
    event_key,
    event_slot,
    slice,
    disposition,
    judged_disposition,
    rejection_reason,
    event_id,
    generated_event_id,
    user_id,
    identity,
    device_id,
    is_fallback_identity,
    event_name,
    event_at,
    unreadable_event_at,
    unreadable_loaded_at,
    is_time_ambiguous,
    source,
    platform,
    app_id,
    campaign_type,
    vendor_session_id,
    properties,
    loaded_at,
    {{ last_batch(source('stored', 'slices'), source('stored', 'changes')) }} + 1
        as batch
from events_this_run
