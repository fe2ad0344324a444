-- Brings the export to the contract of events: user, time and event.
with

with_identities as (
    select
        * replace (
            case when not {{ is_blank('identity') }} then identity end as identity,
            case when not {{ is_blank('device_id') }} then device_id end as device_id
        ),
        case
            when not {{ is_blank('first_identity') }} then first_identity
            else email_or_phone
        end as other_identity
    from {{ ref('base_clevertap__values') }}
),

with_fallback_identities as (
    select
        * replace (coalesce(identity, other_identity) as identity),
        identity is null and other_identity is not null as is_fallback_identity
    from with_identities
),

with_local_times as (
    select
        *,
        case
            when regexp_full_match(local_time, '[0-9]{14}')
                then try_strptime(local_time, '%Y%m%d%H%M%S')
        end as local_at
    from with_fallback_identities
),

with_times as (
    select
        * replace (
            case
                when {{ is_blank('event_name') }} then file_event_name
                else event_name
            end as event_name
        ),
        case
            when {{ is_blank('local_time') }} then unix_time else local_time
        end as event_at_text,
        case
            when not {{ is_blank('local_time') }}
                then {{ local_to_utc('local_at', zone('source_timezone')) }}
            when regexp_full_match(unix_time, '[0-9]{1,11}')
                then make_timestamp(unix_time::bigint * 1000000)
        end as event_at
    from with_local_times
)

select
    slice,
    is_unreadable,
    event_id,
    {{ user_of_identities() }} as user_id,
    identity,
    device_id,
    is_fallback_identity,
    event_name,
    event_at,
    case
        when event_at is null and not {{ is_blank('event_at_text') }} then event_at_text
    end as unreadable_event_at,
    null::varchar as unreadable_loaded_at,
    {{ is_time_ambiguous('local_at', zone('source_timezone')) }} as is_time_ambiguous,
    source,
    platform,
    app_id,
    campaign_type,
    coalesce(
        case
            when {{ is_vendor_session('event_name') }}
                then {{ usable_session_id('session_id') }}
        end,
        {{ usable_session_id('ct_session_id') }}
    ) as vendor_session_id,
    properties,
    loaded_at
from with_times
