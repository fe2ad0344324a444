-- The vendor's own sessions: of its Session Concluded rows, and where the export lacks
-- that row, of the session's id on events.
with

logged_events as (
    select * from {{ ref('int_events_sessionized') }}
),

concluded_sessions as (
    select
        user_id,
        {{ property('properties', 'Session Id') }} as vendor_session_id,
        event_at as session_ended_at,
        try_cast(
            {{ property('properties', 'Session Length') }} as bigint
        ) as session_length_seconds
    from logged_events
    where disposition = 'vendor_session'
),

-- the id is the Unix second of the session's start
sessions_of_events as (
    select
        user_id,
        {{ vendor_session_id('properties') }} as vendor_session_id,
        max(event_at) as session_ended_at,
        epoch_us(max(event_at)) // 1000000 - coalesce(
            try_cast({{ vendor_session_id('properties') }} as bigint),
            epoch_us(min(event_at)) // 1000000
        ) as session_length_seconds
    from logged_events
    where
        {{ is_accepted('disposition') }}
        and {{ vendor_session_id('properties') }} is not null
    group by user_id, {{ vendor_session_id('properties') }}
),

vendor_sessions as (
    select
        *,
        true as is_concluded
    from concluded_sessions
    union all
    select
        sessions_of_events.*,
        sessions_of_events.session_ended_at + {{ timeout() }}
        <= session_clock.as_of as is_concluded
    from sessions_of_events
    anti join concluded_sessions
        on
            sessions_of_events.user_id = concluded_sessions.user_id
            and sessions_of_events.vendor_session_id
            = concluded_sessions.vendor_session_id
    cross join {{ ref('session_clock') }} as session_clock
)

select
    user_id,
    vendor_session_id,
    session_ended_at - to_seconds(session_length_seconds) as session_started_at,
    session_ended_at,
    session_length_seconds,
    is_concluded
from vendor_sessions
