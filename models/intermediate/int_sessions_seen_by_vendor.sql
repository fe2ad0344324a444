-- Our sessions that the vendor may have seen: they have an event of a source that tells
-- of the vendor's sessions.
with

telling_sources as (
    {{ select_telling_sources() }}
),

seen_sessions as (
    select distinct logged_events.ct_session_id
    from {{ ref('int_events_sessionized') }} as logged_events
    semi join telling_sources
        on {{ source_of_slice('logged_events.slice') }} = telling_sources.event_source
    where logged_events.ct_session_id is not null
)

select
    sessions.ct_session_id,
    sessions.user_id,
    sessions.session_started_at,
    sessions.session_ended_at,
    sessions.session_length_seconds,
    sessions.is_concluded
from {{ ref('sessions') }} as sessions
semi join seen_sessions on sessions.ct_session_id = seen_sessions.ct_session_id
