with

typed_events as (
    select * from {{ source('flat', 'typed_events') }}
),

text_events as (
    select * from {{ source('flat', 'text_events') }}
),

unioned as (
    select
        {{ all_but(['event_at', 'loaded_at']) }},
        event_at,
        loaded_at,
        null::string as event_at_text,
        null::string as loaded_at_text
    from typed_events
    {{ union_all_by_name() }}
    select
        {{ all_but(['event_at', 'loaded_at']) }},
        {{ read_time('event_at') }} as event_at,
        {{ read_time('loaded_at') }} as loaded_at,
        event_at as event_at_text,
        loaded_at as loaded_at_text
    from text_events
)

select
    slice,
    is_unreadable,
    null::boolean as is_forgotten,
    event_id,
    user_id,
    null::string as identity,
    null::string as device_id,
    null::boolean as is_fallback_identity,
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
    null::string as vendor_session_id,
    properties,
    coalesce(loaded_at, file_loaded_at) as loaded_at
from unioned
