{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_recut_sessions() }}",
) }}

-- Sessions, without anything that depends on the clock. Sessions that are cut again are
-- cut whole, so the rows of this batch are enough.
with

session_events as (
    select *
    from {{ ref('int_events_sessionized') }}
    where
        batch > {{ committed_batch() }}
        and disposition = 'session'
),

-- R12: first and last by (event_at, event_id); a struct keeps what is null in it
sessions as (
    select
        ct_session_id,
        {{ session_key() }} as session_key,
        any_value(user_id) as user_id,
        session_started_at,
        max(event_at) as session_ended_at,
        count(*) as event_count,
        arg_min(
            struct_pack(event_name, platform, app_id, event_key, event_slot),
            (event_at, event_id)
        ) as first_event,
        arg_max(event_name, (event_at, event_id)) as last_event_name
    from session_events
    group by ct_session_id, {{ session_key() }}, session_started_at
)

select
    ct_session_id,
    session_key,
    user_id,
    session_started_at,
    session_ended_at,
    {{ whole_seconds(
        'session_started_at', 'session_ended_at'
    ) }} as session_length_seconds,
    event_count,
    first_event.event_name as first_event_name,
    last_event_name,
    first_event.platform as platform,
    first_event.app_id as app_id,
    first_event.event_key as first_event_key,
    first_event.event_slot as first_event_slot
from sessions
