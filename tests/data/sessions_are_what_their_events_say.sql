-- Each session matches its events in key, start, end and number, and each session event
-- has a session.
with

sessions_of_events as (
    select
        ct_session_id,
        session_key,
        session_started_at,
        min(event_at) as first_at,
        max(event_at) as last_at,
        count(*) as event_count
    from {{ ref('events') }}
    where is_session_event
    group by ct_session_id, session_key, session_started_at
)

select
    sessions.ct_session_id,
    sessions_of_events.ct_session_id as ct_session_id_of_events
from {{ ref('sessions') }} as sessions
full outer join sessions_of_events
    on
        sessions.ct_session_id = sessions_of_events.ct_session_id
        and sessions.session_key = sessions_of_events.session_key
        and sessions.session_started_at = sessions_of_events.session_started_at
        and sessions.session_started_at = sessions_of_events.first_at
        and sessions.session_ended_at = sessions_of_events.last_at
        and sessions.event_count = sessions_of_events.event_count
where
    sessions.ct_session_id is null
    or sessions_of_events.ct_session_id is null
