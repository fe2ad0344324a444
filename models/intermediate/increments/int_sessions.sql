{{ config(
    materialized='replaced',
    unique_key=['first_event_key', 'first_event_slot'],
    pruned_by='first_event_slot',
    replaced_keys="{{ keys_of_recut_sessions(
        ref('int_event_log'), source('stored', 'slices')
    ) }}",
) }}

-- The sessions that this run recuts or adds. A session is recut whole, so the rows of
-- this batch are enough.
with

session_events as (
    select *
    from {{ ref('int_event_log') }}
    where
        batch > {{ committed_batch(source('stored', 'slices')) }}
        and disposition = 'session'
),

-- R12: first and last by (event_at, event_id); min_by and max_by skip a null, but not a
-- struct that holds one
sessions as (
    select
        ct_session_id,
        {{ session_key() }} as session_key,
        any_value(user_id) as user_id,
        session_started_at,
        max(event_at) as session_ended_at,
        count(*) as event_count,
        min_by(
            {{ struct_of([
                used_event_id() ~ ' as event_id',
                'event_name',
                'platform',
                'app_id',
                'event_key',
                'event_slot',
            ]) }},
            (event_at, {{ used_event_id() }})
        ) as first_event,
        max_by(
            {{ struct_of([used_event_id() ~ ' as event_id', 'event_name']) }},
            (event_at, {{ used_event_id() }})
        ) as last_event
    from session_events
    group by ct_session_id, {{ session_key() }}, session_started_at
)

select
    ct_session_id,
    session_key,
    user_id,
    session_started_at,
    session_ended_at,
    -- R6: whole seconds, rounded down
    {{ quotient(
        epoch_microseconds('session_ended_at')
        ~ ' - ' ~ epoch_microseconds('session_started_at'),
        1000000
    ) }} as session_length_seconds,
    event_count,
    first_event.event_id as first_event_id,
    first_event.event_name as first_event_name,
    last_event.event_id as last_event_id,
    last_event.event_name as last_event_name,
    -- R12: those of the first event, even if they are null
    first_event.platform as platform,
    first_event.app_id as app_id,
    first_event.event_key as first_event_key,
    first_event.event_slot as first_event_slot
from sessions
