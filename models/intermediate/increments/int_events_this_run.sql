-- The rows that this run works on: the loaded rows and the recut rows.
with

slices_to_load as (
    select * from {{ ref('int_slices_this_run') }}
),

forgotten_events as (
    select * from {{ ref('int_forgotten_events_this_run') }}
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
    select
        * exclude (row_id),
        slice in (select slices_to_load.slice from slices_to_load) as is_loaded_again,
        row_id in (select forgotten_events.row_id from forgotten_events) as is_forgotten
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
        * exclude (
            ct_session_id, session_started_at, batch, is_loaded_again, is_forgotten
        )
        replace (judged_disposition as disposition)
    from stored_events
    where not is_loaded_again and not is_forgotten
    union all by name
    select
        {{ key_without_event() }} as event_key,
        0 as event_slot,
        slice,
        'forgotten' as disposition,
        'forgotten' as judged_disposition
    from stored_events
    where not is_loaded_again and is_forgotten
    union all by name
    -- rows to delete; the log keeps those in whose place no other row comes
    select
        event_key,
        event_slot,
        slice,
        'withdrawn' as disposition
    from stored_events
    where is_loaded_again or is_forgotten
)

select
    event_key,
    event_slot,
    slice,
    disposition,
    judged_disposition,
    -- of a row of a forgotten user only the slice is left
    case
        when disposition != 'forgotten'
            then columns(
                * exclude (
                    event_key, event_slot, slice, disposition, judged_disposition
                )
            )
    end,
    {{ last_batch(source('stored', 'slices'), source('stored', 'changes')) }} + 1
        as batch
from events_this_run
