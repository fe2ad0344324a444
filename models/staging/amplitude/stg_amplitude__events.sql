-- Brings Amplitude's export of raw events to the contract of events.
{% set event_structure %}{
    "user_id": "VARCHAR", "device_id": "VARCHAR", "event_type": "VARCHAR",
    "event_time": "VARCHAR", "server_upload_time": "VARCHAR", "session_id": "VARCHAR",
    "$insert_id": "VARCHAR", "uuid": "VARCHAR", "platform": "VARCHAR", "app": "VARCHAR"
}{% endset %}
-- fields that have a column of their own: a null removes a field
{% set fields_with_columns %}{
    "user_id": null, "device_id": null, "event_type": null, "event_time": null,
    "server_upload_time": null, "$insert_id": null, "platform": null, "app": null
}{% endset %}
-- ids that stand for no user: blank ones, and those that Amplitude calls invalid
{% set no_id = '[' ~ white_space() ~ '0-]*|-1|anonymous|nil|none|null|n/a|na'
    ~ '|undefined|unknown|lmy47d|[{][}]' %}

with

events as (
    select
        *,
        json_transform(record, '{{ event_structure }}') as fields
    from {{ source('amplitude', 'records') }}
),

events_with_users as (
    select
        *,
        case
            when not regexp_full_match(fields.user_id, '{{ no_id }}')
                then fields.user_id
        end as identity,
        case
            when not regexp_full_match(fields.device_id, '{{ no_id }}')
                then fields.device_id
        end as device_id,
        false as is_fallback_identity
    from events
),

events_with_times as (
    select
        *,
        {{ read_time('fields.event_time') }} as event_at,
        {{ read_time('fields.server_upload_time') }} as uploaded_at
    from events_with_users
)

select
    slice,
    record is null as is_unreadable,
    case
        when {{ is_blank('fields."$insert_id"') }} then fields.uuid
        else fields."$insert_id"
    end as event_id,
    {{ user_of_identities() }} as user_id,
    identity,
    device_id,
    is_fallback_identity,
    fields.event_type as event_name,
    event_at,
    case
        when event_at is null and not {{ is_blank('fields.event_time') }}
            then fields.event_time
    end as unreadable_event_at,
    case
        when uploaded_at is null and not {{ is_blank('fields.server_upload_time') }}
            then fields.server_upload_time
    end as unreadable_loaded_at,
    false as is_time_ambiguous,
    null::varchar as source,
    fields.platform,
    fields.app as app_id,
    null::varchar as campaign_type,
    {{ usable_session_id('fields.session_id') }} as vendor_session_id,
    case
        when record is not null
            then json_merge_patch(record, '{{ fields_with_columns }}')::varchar
    end as properties,
    coalesce(uploaded_at, file_loaded_at) as loaded_at
from events_with_times
