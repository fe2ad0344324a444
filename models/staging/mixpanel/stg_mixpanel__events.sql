-- {"event": ..., "properties": {"time": ..., "distinct_id": ..., ...}}: the raw export
with

with_fields as (
    select
        *,
        coalesce(
            {{ object_in("(record ->> 'properties')") }},
            json_object('properties', record -> 'properties')
        ) as event_properties,
        json_transform(event_properties, '{
            "distinct_id": "VARCHAR", "$device_id": "VARCHAR", "$insert_id": "VARCHAR",
            "time": "VARCHAR", "mp_processing_time_ms": "VARCHAR", "mp_lib": "VARCHAR",
            "session_id": "VARCHAR"
        }') as fields
    from {{ source('mixpanel', 'records') }}
),

-- `$device:` marks an anonymous user; Mixpanel refuses the listed ids as nobody's
with_ids as (
    select
        *,
        false as is_fallback_identity,
        fields.distinct_id as distinct_id,
        case
            when starts_with(distinct_id, '$device:') or lower(distinct_id) in (
                'anon', 'anonymous', 'nil', '<nil>', 'none', 'null', 'n/a', 'na',
                'true', 'false', 'undefined', 'unknown', '0', '-1', '[]', '{}',
                'lmy47d', '00000000-0000-0000-0000-000000000000'
            ) then null
            when not {{ is_blank('distinct_id') }} then distinct_id
        end as identity,
        case
            when not {{ is_blank('fields."$device_id"') }} then fields."$device_id"
            when starts_with(distinct_id, '$device:') then substr(distinct_id, 9)
        end as device_id
    from with_fields
),

-- a time in seconds has 11 digits at most, one in milliseconds has 12 digits or more
with_times as (
    select
        *,
        fields.time as time_text,
        fields.mp_processing_time_ms as load_text,
        try_cast(time_text as decimal(19, 6)) as unix_time,
        epoch_ms((unix_time * if(abs(unix_time) < 1e11, 1000, 1))::bigint) as local_at,
        epoch_ms(try_cast(load_text as decimal(14))::bigint) as loaded_at
    from with_ids
)

select
    slice,
    record is null as is_unreadable,
    fields."$insert_id" as event_id,
    {{ user_of_identities() }} as user_id,
    identity,
    device_id,
    is_fallback_identity,
    record ->> 'event' as event_name,
    {{ local_to_utc('local_at', zone('source_timezone')) }} as event_at,
    case when local_at is null and not {{ is_blank('time_text') }} then time_text end
        as unreadable_event_at,
    case when loaded_at is null and not {{ is_blank('load_text') }} then load_text end
        as unreadable_loaded_at,
    {{ is_time_ambiguous('local_at', zone('source_timezone')) }} as is_time_ambiguous,
    null::varchar as source,
    fields.mp_lib as platform,
    null::varchar as app_id,
    null::varchar as campaign_type,
    {{ usable_session_id('fields.session_id') }} as vendor_session_id,
    case when record is not null then json_merge_patch(
        record,
        '{"event": null, "properties": null}',
        event_properties,
        '{"distinct_id": null, "$device_id": null, "$insert_id": null}',
        '{"time": null, "mp_processing_time_ms": null, "mp_lib": null}'
    )::varchar end as properties,
    coalesce(loaded_at, file_loaded_at) as loaded_at
from with_times
