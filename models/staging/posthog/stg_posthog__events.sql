-- {"uuid": ..., "properties": {...}, ...}: a batch export; in Parquet, objects are text
with

with_fields as (
    select
        *,
        json_transform(record, '{
            "uuid": "VARCHAR", "event": "VARCHAR", "distinct_id": "VARCHAR",
            "person_id": "VARCHAR", "person_properties": "VARCHAR",
            "properties": "VARCHAR", "timestamp": "VARCHAR", "created_at": "VARCHAR"
        }') as fields
    from {{ source('posthog', 'records') }}
),

with_properties as (
    select
        *,
        coalesce(
            {{ object_in('fields.properties') }},
            json_object('properties', fields.properties)
        ) as event_properties,
        json_transform(event_properties, '{
            "$device_id": "VARCHAR", "$session_id": "VARCHAR", "$lib": "VARCHAR"
        }') as given,
        {{ object_in('fields.person_properties') }} as person,
        fields.timestamp as time_text,
        {{ read_time('time_text') }} as event_at,
        {{ read_time('fields.created_at') }} as loaded_at
    from with_fields
),

-- PostHog lets nobody identify by the listed ids: their events are of many people
with_ids as (
    select
        *,
        false as is_fallback_identity,
        case
            when {{ is_blank('fields.distinct_id') }} or lower(fields.distinct_id) in (
                'anonymous', 'guest', 'distinctid', 'distinct_id', 'id', 'email', '0',
                'not_authenticated', 'undefined', 'true', 'false', '[object object]',
                'nan', 'none', 'null'
            ) then null
            when {{ is_blank('fields.person_id') }} then fields.distinct_id
            else fields.person_id
        end as identity,
        case when not {{ is_blank('given."$device_id"') }} then given."$device_id" end
            as device_id
    from with_properties
)

select
    slice,
    record is null as is_unreadable,
    fields.uuid as event_id,
    {{ user_of_identities() }} as user_id,
    identity,
    device_id,
    is_fallback_identity,
    fields.event as event_name,
    event_at,
    case when event_at is null and not {{ is_blank('time_text') }} then time_text end
        as unreadable_event_at,
    case when loaded_at is null then nullif(trim(fields.created_at), '') end
        as unreadable_loaded_at,
    false as is_time_ambiguous,
    null::varchar as source,
    given."$lib" as platform,
    null::varchar as app_id,
    null::varchar as campaign_type,
    {{ usable_session_id('given."$session_id"') }} as vendor_session_id,
    case when record is not null then json_merge_patch(
        record,
        '{"uuid": null, "event": null, "person_id": null, "properties": null}',
        '{"timestamp": null, "created_at": null}',
        if(person is null, '{}', json_object('person_properties', person)),
        json_merge_patch('{}', event_properties),
        '{"$device_id": null, "$session_id": null, "$lib": null}'
    )::varchar end as properties,
    coalesce(loaded_at, file_loaded_at) as loaded_at
from with_ids
