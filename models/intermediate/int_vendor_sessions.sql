-- The vendor's own sessions: of its Session Concluded rows, and where the export lacks
-- that row, of the session's id on events, the Unix second of its start.
with

logged_events as (
    select
        user_id,
        disposition,
        date_trunc('second', event_at) as ended_at,
        {{ vendor_session_id('properties') }} as events_session_id,
        case
            when disposition = 'vendor_session'
                then {{ property('properties', 'Session Id') }}
        end as concluded_session_id,
        case
            when disposition = 'vendor_session'
                then {{ property('properties', 'Session Length') }}
        end as concluded_length
    from {{ ref('int_events_sessionized') }}
),

-- one that is told twice, in two shapes of the export, is one
concluded_sessions as (
    select distinct
        user_id,
        {{ whole_number('concluded_session_id') }} as vendor_session_id,
        ended_at as session_ended_at,
        coalesce(
            {{ seconds_up_to('concluded_length') }},
            {{ seconds_up_to('epoch(ended_at) - ' ~ seconds_up_to(
                'concluded_session_id'
            )) }}
        ) as session_length_seconds
    from logged_events
    where disposition = 'vendor_session'
),

sessions_of_events as (
    select
        user_id,
        {{ whole_number('events_session_id') }} as vendor_session_id,
        max(ended_at) as session_ended_at,
        {{ seconds_up_to('epoch(max(ended_at)) - coalesce(' ~ seconds_up_to(
            whole_number('events_session_id')
        ) ~ ', epoch(min(ended_at)))') }} as session_length_seconds
    from logged_events
    where
        {{ is_accepted('disposition') }}
        and events_session_id is not null
    group by user_id, {{ whole_number('events_session_id') }}
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
