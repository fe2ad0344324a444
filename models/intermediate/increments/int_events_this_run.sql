{% set values = [
    'rejection_reason', 'event_id', 'generated_event_id', 'user_id', 'identity', 'device_id',
    'is_fallback_identity', 'event_name', 'event_at', 'unreadable_event_at',
    'unreadable_loaded_at', 'is_time_ambiguous', 'source', 'platform', 'app_id',
    'campaign_type', 'vendor_session_id', 'properties', 'loaded_at',
] %}

{% set hint = broadcast('recut_ids', ref('int_recut_events_this_run')) %}

-- The rows that this run works on: the loaded rows and the recut rows.
with

slices_to_load as (
    select * from {{ ref('int_slices_this_run') }}
),

forgotten_events as (
    select * from {{ ref('int_forgotten_events_this_run') }}
),

recut_ids as (
    select stored_events.row_id
    from {{ source('stored', 'events') }} as stored_events
    inner join {{ ref('int_recut_events_this_run') }} as events_to_recut
        on
            stored_events.event_key = events_to_recut.event_key
            and stored_events.event_slot = events_to_recut.event_slot
),

-- two narrow columns find the rows, and row_id fetches them, so that the wide columns
-- of other rows are not read
stored_events as {{ materialized() }} (
    select
        *,
        slice in (select slices_to_load.slice from slices_to_load) as is_loaded_again,
        row_id in (select forgotten_events.row_id from forgotten_events) as is_forgotten
    from {{ source('stored', 'events') }}
    where
        row_id in (select {{ hint }} recut_ids.row_id from recut_ids)
        and disposition != 'withdrawn'
),

events_this_run as (
    select
        event_key,
        event_slot,
        slice,
        disposition,
        disposition as judged_disposition,
        {{ values | join(',\n        ') }}
    from {{ ref('int_events_judged') }}
    union all
    -- as they were judged: this run may keep another copy of the event
    select
        event_key,
        event_slot,
        slice,
        judged_disposition as disposition,
        judged_disposition,
        {{ values | join(',\n        ') }}
    from stored_events
    where not is_loaded_again and not is_forgotten
    union all
    select
        {{ key_without_event() }} as event_key,
        0 as event_slot,
        slice,
        'forgotten' as disposition,
        'forgotten' as judged_disposition,
        {{ values | join(',\n        ') }}
    from stored_events
    where not is_loaded_again and is_forgotten
    union all
    -- rows to delete; the log keeps those in whose place no other row comes
    select
        event_key,
        event_slot,
        slice,
        'withdrawn' as disposition,
        null as judged_disposition,
        {{ values | join(',\n        ') }}
    from stored_events
    where is_loaded_again or is_forgotten
)

select
    event_key,
    event_slot,
    slice,
    disposition,
    judged_disposition,
    {%- for value in values %}
        -- of a row that is forgotten or withdrawn only the slice is left
        case
            when disposition not in ('forgotten', 'withdrawn') then {{ value }}
        end as {{ value }},
    {%- endfor %}
    {{ last_batch(source('stored', 'slices'), source('stored', 'changes')) }} + 1
        as batch
from events_this_run
