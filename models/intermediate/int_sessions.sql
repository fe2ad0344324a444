{{ config(materialized='table') }}

-- Sessions, without anything that depends on the clock.
with

session_events as (
    select *
    from {{ ref('int_events_sessionized') }}
    where disposition = 'session'
)

select
    ct_session_id,
    {{ session_key() }} as session_key,
    any_value(user_id) as user_id,
    session_started_at,
    max(event_at) as session_ended_at,
    {{ whole_seconds(
        'session_started_at', 'max(event_at)'
    ) }} as session_length_seconds,
    count(*) as event_count,
    arg_min_null(event_name, (event_at, event_id)) as first_event_name,
    arg_max_null(event_name, (event_at, event_id)) as last_event_name,
    arg_min_null(platform, (event_at, event_id)) as platform,
    arg_min_null(app_id, (event_at, event_id)) as app_id,
    arg_min(event_key, (event_at, event_id)) as first_event_key,
    arg_min(event_slot, (event_at, event_id)) as first_event_slot
from session_events
group by ct_session_id, {{ session_key() }}, session_started_at
