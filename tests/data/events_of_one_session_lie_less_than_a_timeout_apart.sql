-- R1: a gap of a timeout or more inside a session would split it into two sessions.
with

events_with_previous as (
    select
        *,
        lag(event_at) over (
            partition by ct_session_id order by event_at, event_id
        ) as previous_event_at
    from {{ ref('events') }}
    where is_session_event
)

select *
from events_with_previous
where
    {{ epoch_microseconds('event_at') }} - {{ epoch_microseconds('previous_event_at') }}
    >= {{ timeout_microseconds() }}
