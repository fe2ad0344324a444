-- The values of a call, as text. Segment and RudderStack give them the same names.
{% set call_structure %}{
    "type": "VARCHAR",
    "event": "VARCHAR",
    "messageId": "VARCHAR",
    "userId": "VARCHAR",
    "anonymousId": "VARCHAR",
    "timestamp": "VARCHAR",
    "originalTimestamp": "VARCHAR",
    "receivedAt": "VARCHAR",
    "channel": "VARCHAR",
    "context": "VARCHAR",
    "integrations": "VARCHAR"
}{% endset %}
{% set context_structure %}{
    "device": {"type": "VARCHAR"},
    "os": {"name": "VARCHAR"},
    "app": {"namespace": "VARCHAR"},
    "sessionId": "VARCHAR"
}{% endset %}
{% set integrations_structure %}{
    "Actions Amplitude": {"session_id": "VARCHAR"}
}{% endset %}
-- fields that have a column of their own: a null removes a field
{% set fields_with_columns %}{
    "event": null, "messageId": null, "userId": null, "anonymousId": null,
    "timestamp": null, "receivedAt": null
}{% endset %}

with

records as (
    select * from {{ source('segment', 'records') }}
),

with_fields as (
    select
        *,
        json_transform(record, '{{ call_structure }}') as fields
    from records
),

with_objects as (
    select
        *,
        json_transform({{ object_in('fields.context') }}, '{{ context_structure }}')
            as context_values,
        json_transform(
            {{ object_in('fields.integrations') }}, '{{ integrations_structure }}'
        ) as integration_values
    from with_fields
)

select
    slice,
    file_loaded_at,
    record is null as is_unreadable,
    fields.type as call_type,
    fields.event,
    fields."messageId" as message_id,
    fields."userId" as user_id,
    fields."anonymousId" as anonymous_id,
    fields."timestamp" as corrected_time,
    fields."originalTimestamp" as original_time,
    fields."receivedAt" as received_time,
    fields.channel,
    context_values.device.type as device_type,
    context_values.os.name as operating_system,
    context_values.app.namespace as app_id,
    context_values."sessionId" as session_id,
    integration_values."Actions Amplitude".session_id as amplitude_session_id,
    case
        when record is not null
            then json_merge_patch(record, '{{ fields_with_columns }}')::varchar
    end as properties
from with_objects
