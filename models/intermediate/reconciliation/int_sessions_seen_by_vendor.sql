-- Our sessions that the vendor may have seen: they have an event from a source that
-- reports vendor sessions.
with

sources_with_vendor_sessions as (
    select * from {{ ref('int_sources_with_vendor_sessions') }}
),

seen_sessions as (
    select distinct logged_events.ct_session_id
    from {{ ref('int_event_log') }} as logged_events
    semi join sources_with_vendor_sessions
        on
            {{ source_of_slice('logged_events.slice') }}
            = sources_with_vendor_sessions.event_source
    where logged_events.ct_session_id is not null
)

select
    sessions.ct_session_id,
    sessions.user_id,
    sessions.session_started_at,
    sessions.session_ended_at,
    sessions.session_length_seconds,
    sessions.is_concluded
from {{ ref('int_sessions_with_conclusions') }} as sessions
semi join seen_sessions on sessions.ct_session_id = seen_sessions.ct_session_id
