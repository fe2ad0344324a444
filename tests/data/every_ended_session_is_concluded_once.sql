-- R8, R9: a session has a Session Concluded once the clock is a timeout past its last
-- event, and not before.
select
    sessions.ct_session_id,
    session_concluded.session_id
from {{ ref('sessions') }} as sessions
cross join {{ ref('session_clock') }} as session_clock
full outer join {{ ref('session_concluded') }} as session_concluded
    on sessions.ct_session_id = session_concluded.session_id
where
    coalesce(
        {{ epoch_microseconds('session_clock.as_of') }}
        - {{ epoch_microseconds('sessions.session_ended_at') }}
        >= {{ timeout_microseconds() }},
        false
    ) != (session_concluded.session_id is not null)
    or session_concluded.raised_at != session_concluded.event_at + {{ timeout() }}
    or session_concluded.session_length != sessions.session_length_seconds
