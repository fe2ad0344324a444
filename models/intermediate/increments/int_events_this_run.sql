{% set values = [
    'rejection_reason', 'event_id', 'generated_event_id', 'user_id', 'identity',
    'device_id', 'is_fallback_identity', 'event_name', 'event_at', 'unreadable_event_at',
    'unreadable_loaded_at', 'is_time_ambiguous', 'source', 'platform', 'app_id',
    'campaign_type', 'vendor_session_id', 'properties', 'loaded_at',
] %}

{% set recut_hint = broadcast('recut_ids', ref('int_recut_events_this_run')) %}
{% set loaded_hint = broadcast('loaded', ref('int_loaded_events_this_run')) %}

-- The rows that this run works on: the loaded rows and the recut rows.
with

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
        slice in (
            select slices.slice from {{ ref('int_slices_this_run') }} as slices
        ) as is_reloaded,
        row_id in (
            select forgotten.row_id
            from {{ ref('int_forgotten_events_this_run') }} as forgotten
        ) as is_forgotten
    from {{ source('stored', 'events') }}
    where
        row_id in (select {{ recut_hint }} recut_ids.row_id from recut_ids)
        and disposition != 'withdrawn'
),

-- the input may have changed since the loaded rows were read: a row that came later, or
-- as another one, waits for the next run, because the rows near it are not recut
arrivals as (
    select *
    from {{ ref('int_events_judged') }}
    where
        not exists (select 1 from {{ source('stored', 'events') }})
        or {{ judged_hash() }} in (
            select {{ loaded_hint }} loaded.judged_hash
            from {{ ref('int_loaded_events_this_run') }} as loaded
        )
),

events_this_run as (
    select
        event_key,
        event_slot,
        slice,
        disposition,
        disposition as judged_disposition,
        {{ values | join(',\n        ') }}
    from arrivals
    union all
    -- as they were judged: this run may keep another copy of the event
    select
        event_key,
        event_slot,
        slice,
        -- the log keeps a withdrawn row if no other row comes in its place
        case
            when is_reloaded or is_forgotten then 'withdrawn' else judged_disposition
        end as disposition,
        judged_disposition,
        {{ values | join(',\n        ') }}
    from stored_events
    union all
    select
        {{ key_without_event() }} as event_key,
        0 as event_slot,
        slice,
        'forgotten' as disposition,
        'forgotten' as judged_disposition,
        {{ values | join(',\n        ') }}
    from stored_events
    where is_forgotten and not is_reloaded
)

select
    {{ all_but(values + ['judged_disposition']) }},
    case when disposition != 'withdrawn' then judged_disposition end
        as judged_disposition,
    {%- for value in values %}
        -- of a row that is forgotten or withdrawn only the slice is left
        case
            when disposition not in ('forgotten', 'withdrawn') then {{ value }}
        end as {{ value }},
    {%- endfor %}
    {{ last_batch(source('stored', 'slices'), source('stored', 'changes')) }} + 1
        as batch
from events_this_run
