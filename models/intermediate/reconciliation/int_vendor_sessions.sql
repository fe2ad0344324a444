-- The vendor's sessions, with times by our clock, in whole seconds.
with

time_shift as (
    select * from {{ ref('int_vendor_time_shift') }}
),

sessions_with_shifts as (
    select
        told.*,
        {{ quotient(epoch_microseconds('told.started_at'), 1000000) }}
            as started_second,
        {{ quotient(epoch_microseconds('told.ended_at'), 1000000) }} as ended_second,
        -- a zone in which clocks change has two shifts, one hour apart
        case
            when
                told.time_shift_seconds - time_shift.time_shift_seconds
                in (-3600, 0, 3600)
                then told.time_shift_seconds
            else coalesce(time_shift.time_shift_seconds, 0)
        end as shift_seconds
    from {{ ref('int_vendor_sessions_told') }} as told
    left join time_shift on true
),

sessions_with_lengths as (
    select
        *,
        case
            when has_concluded and started_at is not null
                then ended_second - started_second
            when id_second is not null
                then {{ seconds_up_to(
                    'ended_second - (id_second + shift_seconds)'
                ) }}
            when not has_concluded then ended_second - started_second
        end as session_length_seconds
    from sessions_with_shifts
)

-- the export may report a session twice, in two shapes
select distinct
    sessions.user_id,
    sessions.vendor_session_id,
    sessions.ended_at
    - {{ seconds('sessions.session_length_seconds') }} as session_started_at,
    sessions.ended_at as session_ended_at,
    sessions.session_length_seconds,
    sessions.has_concluded
    or sessions.ended_at + {{ timeout() }} <= session_clock.as_of as is_concluded,
    sessions.shift_seconds as time_shift_seconds
from sessions_with_lengths as sessions
cross join {{ ref('int_session_clock') }} as session_clock
