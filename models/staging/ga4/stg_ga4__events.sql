-- {"event_name": ..., "event_timestamp": ..., "event_params": [...], ...}: the table of
-- a day in BigQuery. Its exports to JSON write whole numbers as text.
with

with_fields as (
    select
        *,
        json_transform(record, '{
            "event_name": "VARCHAR", "event_timestamp": "VARCHAR",
            "event_params": "VARCHAR", "user_id": "VARCHAR",
            "user_pseudo_id": "VARCHAR", "platform": "VARCHAR", "stream_id": "VARCHAR",
            "app_info": "VARCHAR"
        }') as fields
    from {{ source('ga4', 'records') }}
),

with_ids as (
    select
        *,
        false as is_fallback_identity,
        case  -- a site may send the word null once its user has signed out
            when
                not {{ is_blank('fields.user_id') }} and lower(fields.user_id) != 'null'
                then fields.user_id
        end as identity,
        case
            when not {{ is_blank('fields.user_pseudo_id') }} then fields.user_pseudo_id
        end as device_id,
        list_filter(
            json_transform(
                try_cast(fields.event_params as json),
                '[{"key": "VARCHAR", "value": {"int_value": "VARCHAR"}}]'
            ),
            lambda param: param.key = 'ga_session_id'
        )[1].value.int_value as session_id,
        make_timestamp(
            try_cast(fields.event_timestamp as decimal(17))::bigint
        ) as event_at
    from with_fields
)

select
    slice,
    record is null as is_unreadable,
    null::varchar as event_id,
    {{ user_of_identities() }} as user_id,
    identity,
    device_id,
    is_fallback_identity,
    fields.event_name as event_name,
    event_at,
    case
        when event_at is null and not {{ is_blank('fields.event_timestamp') }}
            then fields.event_timestamp
    end as unreadable_event_at,
    null::varchar as unreadable_loaded_at,
    false as is_time_ambiguous,
    null::varchar as source,
    fields.platform as platform,
    coalesce(
        {{ object_in('fields.app_info') }} ->> 'id', fields.stream_id
    ) as app_id,
    null::varchar as campaign_type,
    {{ usable_session_id('session_id') }} as vendor_session_id,
    case when record is not null then json_merge_patch(
        record,
        '{"event_name": null, "event_timestamp": null, "platform": null}',
        '{"user_id": null, "user_pseudo_id": null}'
    )::varchar end as properties,
    file_loaded_at as loaded_at
from with_ids
