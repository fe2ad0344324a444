-- One parse of each record, one of its properties.
{% set record_structure %}{
    "ts": "VARCHAR",
    "eventName": "VARCHAR",
    "profile": {
        "identity": "VARCHAR",
        "objectId": "VARCHAR",
        "all_identities": ["VARCHAR"],
        "email": "VARCHAR",
        "platform": "VARCHAR"
    },
    "eventProps": "JSON"
}{% endset %}
{% set properties_structure = '{"CT Source": "VARCHAR", "Campaign type": "VARCHAR"}' %}

with

records as (
    select * from {{ source('clevertap', 'records') }}
),

parsed as (
    select
        slice,
        file_loaded_at,
        record is null as is_unreadable,
        json_transform(record, '{{ record_structure }}') as fields
    from records
),

parsed_properties as (
    select
        *,
        json_transform(
            fields."eventProps", '{{ properties_structure }}'
        ) as event_fields
    from parsed
),

named_fields as (
    select
        slice,
        file_loaded_at as loaded_at,
        is_unreadable,
        fields.profile.identity as identity,
        fields.profile."objectId" as object_id,
        fields.profile.all_identities[1] as first_identity,
        fields.profile.email as email,
        fields.profile.platform as platform,
        fields."eventName" as event_name,
        fields.ts as event_at_text,
        case
            when regexp_full_match(fields.ts, '[0-9]{14}')
                then try_strptime(fields.ts, '%Y%m%d%H%M%S')
        end at time zone '{{ var("source_timezone") }}' at time zone 'UTC' as event_at,
        event_fields."CT Source" as source,
        event_fields."Campaign type" as campaign_type,
        fields."eventProps"::varchar as properties
    from parsed_properties
)

select
    slice,
    is_unreadable,
    null::varchar as event_id,
    case
        when not {{ is_blank('identity') }} then identity
        when not {{ is_blank('object_id') }} then object_id
        when not {{ is_blank('first_identity') }} then first_identity
        else email
    end as user_id,
    event_name,
    event_at,
    case
        when event_at is null and not {{ is_blank('event_at_text') }} then event_at_text
    end as unreadable_event_at,
    source,
    platform,
    null::varchar as app_id,
    campaign_type,
    properties,
    loaded_at
from named_fields
