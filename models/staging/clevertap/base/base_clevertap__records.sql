-- {"ts": ..., "eventName": ..., "profile": {...}, "eventProps": {...}}: the export
-- {"eventTime": ..., "identity": {...}, ...}: the export of today
-- {"ts": ..., "profile": {...}, "event_props": {...}}: records of the Get Events API
-- CSV and Parquet have the same names, each value of an object in a column of its own,
-- or the object in one column.
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
{% set known_names = '(?i)ts|event(time|name)|identity|profile|deviceinfo|deviceid'
    ~ '|event_?props|session_?props|commprefs|controlgroupname' %}

with

records as (
    select * from {{ source('clevertap', 'records') }}
),

parsed as (
    select
        *,
        json_transform(record, '{{ record_structure }}') as fields,
        -- <request>-<run>-<event>-<yyyymmdd>-<index>-<database>.<extension>
        regexp_extract(
            slice,
            '/[^/-]+-([0-9]{10})-([^/]+)-[0-9]{8}-[0-9]+-[^/]+$',
            ['run', 'event_name']
        ) as file_name,
        list_filter(
            json_keys(record), lambda key: regexp_full_match(key, '{{ known_names }}')
        ) as known_keys
    from records
),

with_properties as (
    select
        *,
        coalesce(
            {{ mapped_value('properties') }},
            {{ json_value('fields', 'record', 'eventProps') }},
            {{ json_value('fields', 'record', 'event_props') }}
        ) as own_properties,
        -- a null for each known key leaves the others
        case
            when len(known_keys) < len(json_keys(record))
                then json_merge_patch('{}', json_merge_patch(
                    record,
                    concat('{', array_to_string(list_transform(
                        known_keys, lambda key: to_json(key) || ':null'
                    ), ','), '}')::json
                ))::varchar
        end as other_values
    from parsed
)

select
    slice,
    coalesce(
        make_timestamp(nullif(file_name.run, '')::bigint * 1000000), file_loaded_at
    ) as loaded_at,
    coalesce(
        line_event_name,
        -- underscores stand for spaces where each word is capitalised: App_Launched
        case
            when regexp_full_match(file_name.event_name, '[A-Z][^_]*(_[A-Z][^_]*)+')
                then replace(file_name.event_name, '_', ' ')
            else nullif(file_name.event_name, '')
        end
    ) as file_event_name,
    record is null as is_unreadable,
    coalesce(
        {{ mapped_value('event_name') }},
        {{ json_value('fields', 'record', 'eventName') }}
    ) as event_name,
    coalesce(
        {{ mapped_value('event_at') }},
        {{ json_value('fields', 'record', 'ts') }}
    ) as local_time,
    coalesce(
        {{ mapped_value('event_at', is_unix_time=true) }},
        {{ json_value('fields', 'record', 'eventTime') }}
    ) as unix_time,
    {{ json_value('fields', 'record', 'identity') }} as identity,
    {{ json_value('fields', 'record', 'profile') }} as profile,
    {{ json_value('fields', 'record', 'deviceInfo') }} as device_info,
    {{ merged_properties('own_properties', 'other_values', 'eventProps') }}
        as properties,
    {{ mapped_value('event_id') }} as mapped_event_id,
    {{ mapped_value('user_id') }} as mapped_user_id,
    {{ mapped_value('app_id') }} as mapped_app_id,
    {{ mapped_value('platform') }} as mapped_platform,
    {{ mapped_value('source') }} as mapped_source,
    {{ mapped_value('campaign_type') }} as mapped_campaign_type
from with_properties
