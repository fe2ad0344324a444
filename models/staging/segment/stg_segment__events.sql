-- Brings the calls of Segment and RudderStack to the contract of events.
-- ids that stand for no user: blank ones, and those that Segment suggests to block
{% set no_id = '[' ~ white_space() ~ '0-]*|-1|null|anonymous' %}

with

calls as (
    select * from {{ ref('base_segment__calls') }}
),

calls_with_users as (
    select
        *,
        case
            when not regexp_full_match(user_id, '{{ no_id }}') then user_id
        end as identity,
        case
            when not regexp_full_match(anonymous_id, '{{ no_id }}') then anonymous_id
        end as device_id,
        false as is_fallback_identity
    from calls
),

calls_with_time_texts as (
    select
        *,
        case
            when {{ is_blank('corrected_time') }} then original_time else corrected_time
        end as event_at_text
    from calls_with_users
),

calls_with_times as (
    select
        *,
        {{ read_time('event_at_text') }} as event_at,
        {{ read_time('received_time') }} as received_at
    from calls_with_time_texts
)

select
    slice,
    is_unreadable,
    case when not {{ is_blank('message_id') }} then message_id end as event_id,
    {{ user_of_identities() }} as user_id,
    identity,
    device_id,
    is_fallback_identity,
    case when {{ is_blank('event') }} then call_type else event end as event_name,
    event_at,
    case
        when event_at is null and not {{ is_blank('event_at_text') }} then event_at_text
    end as unreadable_event_at,
    case
        when received_at is null and not {{ is_blank('received_time') }}
            then received_time
    end as unreadable_loaded_at,
    false as is_time_ambiguous,
    null::varchar as source,
    coalesce(
        nullif(device_type, ''), nullif(operating_system, ''), channel
    ) as platform,
    nullif(app_id, '') as app_id,
    null::varchar as campaign_type,
    coalesce(
        {{ usable_session_id('session_id') }},
        {{ usable_session_id('amplitude_session_id') }}
    ) as vendor_session_id,
    properties,
    coalesce(received_at, file_loaded_at) as loaded_at
from calls_with_times
