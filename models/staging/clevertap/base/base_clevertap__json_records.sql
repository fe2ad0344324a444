-- {"ts": ..., "eventName": ..., "profile": {...}, "eventProps": {...}}: the export
-- {"ts": ..., "profile": {...}, "event_props": {...}}: records of the Get Events API
{% set record_structure %}{
    "ts": "VARCHAR",
    "eventTime": "VARCHAR",
    "eventName": "VARCHAR",
    "profile": {
        "identity": "VARCHAR",
        "objectId": "VARCHAR",
        "all_identities": "VARCHAR",
        "email": "VARCHAR",
        "platform": "VARCHAR"
    },
    "eventProps": "JSON",
    "event_props": "JSON"
}{% endset %}
{% set properties_structure = '{"CT Source": "VARCHAR", "Campaign type": "VARCHAR"}' %}

with

records as (
    select * from {{ source('clevertap', 'json_records') }}
),

parsed as (
    select
        *,
        json_transform(record, '{{ record_structure }}') as fields
    from records
),

parsed_properties as (
    select
        *,
        coalesce(fields."eventProps", fields.event_props) as properties,
        json_transform(properties, '{{ properties_structure }}') as event_fields
    from parsed
)

select
    slice,
    file_loaded_at as loaded_at,
    file_event_name,
    record is null as is_unreadable,
    fields.profile.identity as identity,
    fields.profile."objectId" as object_id,
    fields.profile.all_identities as all_identities,
    fields.profile.email as email,
    fields."eventName" as event_name,
    fields.ts as local_time,
    fields."eventTime" as unix_time,
    event_fields."CT Source" as source,
    fields.profile.platform as platform,
    event_fields."Campaign type" as campaign_type,
    properties::varchar as properties
from parsed_properties
