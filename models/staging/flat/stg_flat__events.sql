with

typed_events as (
    select * from {{ source('flat', 'typed_events') }}
),

text_events as (
    select * from {{ source('flat', 'text_events') }}
),

text_events_with_times as (
    select
        * replace (
            {{ read_time('event_at') }} as event_at,
            {{ read_time('loaded_at') }} as loaded_at
        ),
        event_at as event_at_text,
        loaded_at as loaded_at_text
    from text_events
),

unioned as (
    select
        *,
        null::varchar as event_at_text,
        null::varchar as loaded_at_text
    from typed_events
    union all by name
    select * from text_events_with_times
)

select
    slice,
    is_unreadable,
    event_id,
    user_id,
    null::varchar as identity,
    null::varchar as device_id,
    event_name,
    event_at,
    case
        when event_at is null and not {{ is_blank('event_at_text') }} then event_at_text
    end as unreadable_event_at,
    case
        when loaded_at is null and not {{ is_blank('loaded_at_text') }}
            then loaded_at_text
    end as unreadable_loaded_at,
    false as is_time_ambiguous,
    source,
    platform,
    app_id,
    campaign_type,
    null::varchar as vendor_session_id,
    properties,
    coalesce(loaded_at, file_loaded_at) as loaded_at
from unioned
