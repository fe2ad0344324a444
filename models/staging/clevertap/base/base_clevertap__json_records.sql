-- {"ts": ..., "eventName": ..., "profile": {...}, "eventProps": {...}}: the export
-- {"eventTime": ..., "identity": {...}, ...}: the export of today
-- {"ts": ..., "profile": {...}, "event_props": {...}}: records of the Get Events API
{% set record_structure %}{
    "ts": "VARCHAR",
    "eventTime": "VARCHAR",
    "eventName": "VARCHAR",
    "identity": "VARCHAR",
    "profile": "VARCHAR",
    "deviceInfo": "VARCHAR",
    "eventProps": "VARCHAR",
    "event_props": "VARCHAR"
}{% endset %}

with

records as (
    select * from {{ source('clevertap', 'json_records') }}
),

parsed as (
    select
        *,
        json_transform(record, '{{ record_structure }}') as fields
    from records
)

select
    slice,
    file_loaded_at as loaded_at,
    coalesce(line_event_name, file_event_name) as file_event_name,
    record is null as is_unreadable,
    {{ json_value('fields', 'record', 'eventName') }} as event_name,
    {{ json_value('fields', 'record', 'ts') }} as local_time,
    {{ json_value('fields', 'record', 'eventTime') }} as unix_time,
    {{ json_value('fields', 'record', 'identity') }} as identity,
    {{ json_value('fields', 'record', 'profile') }} as profile,
    {{ json_value('fields', 'record', 'deviceInfo') }} as device_info,
    coalesce(
        {{ json_value('fields', 'record', 'eventProps') }},
        {{ json_value('fields', 'record', 'event_props') }}
    ) as properties
from parsed
