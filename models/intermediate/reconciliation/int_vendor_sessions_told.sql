-- The vendor's sessions as the export reports them: by Session Concluded rows, or, if a
-- session has no such row, by the session's id on events.
with

concluded_rows as (
    select
        user_id,
        vendor_session_id,
        {{ whole_second('event_at') }} as ended_at,
        {{ seconds_up_to(json_property('Session Length')) }} as length_seconds,
        coalesce(
            {{ json_property('CT Session Id') }}, {{ json_property('Session Id') }}
        ) as told_id
    from {{ ref('int_event_log') }}
    where disposition = 'vendor_session'
),

-- a row belongs to no session if it gives an id that is not the id of a session
concluded_sessions as (
    select
        user_id,
        vendor_session_id,
        ended_at - {{ seconds('length_seconds') }} as started_at,
        ended_at,
        true as has_concluded,
        true as has_start_in_id
    from concluded_rows
    where vendor_session_id is not null or told_id is null
),

sessions_of_events as (
    select
        user_id,
        vendor_session_id,
        min({{ whole_second('event_at') }}) as started_at,
        max({{ whole_second('event_at') }}) as ended_at,
        false as has_concluded,
        bool_or({{ has_start_in_id('slice') }}) as has_start_in_id
    from {{ ref('int_event_log') }}
    where {{ is_accepted('disposition') }} and vendor_session_id is not null
    group by user_id, vendor_session_id
),

told_sessions as (
    select * from concluded_sessions
    union all
    select sessions_of_events.*
    from sessions_of_events
    anti join concluded_sessions
        on
            sessions_of_events.user_id = concluded_sessions.user_id
            and sessions_of_events.vendor_session_id
            = concluded_sessions.vendor_session_id
),

told_sessions_with_ids as (
    select
        *,
        -- CleverTap's id is the Unix second of the start by the vendor's clock
        case
            when has_start_in_id then {{ seconds_up_to('vendor_session_id') }}
        end as id_second
    from told_sessions
)

select
    user_id,
    vendor_session_id,
    started_at,
    ended_at,
    has_concluded,
    id_second,
    {{ quotient(epoch_microseconds('started_at'), 1000000) }}
    - id_second as time_shift_seconds
from told_sessions_with_ids
