-- How much later our times are than the vendor's, if one shift explains most sessions.
-- In that case source_timezone is not the account's time zone.
with

sessions_by_shift as (
    select
        time_shift_seconds,
        count(*) as session_count
    from {{ ref('int_vendor_sessions_told') }}
    where time_shift_seconds is not null
    group by time_shift_seconds
),

commonest_shift as (
    select max_by(time_shift_seconds, (session_count, -time_shift_seconds)) as seconds
    from sessions_by_shift
)

select commonest_shift.seconds as time_shift_seconds
from commonest_shift
cross join sessions_by_shift
-- zones are whole quarters of an hour apart, and at most 26 hours
where
    commonest_shift.seconds != 0
    and commonest_shift.seconds % 900 = 0
    and abs(commonest_shift.seconds) <= 93600
group by commonest_shift.seconds
-- a zone in which clocks change has two shifts, one hour apart
having
    2 * sum(sessions_by_shift.session_count) filter (
        where
        sessions_by_shift.time_shift_seconds - commonest_shift.seconds
        in (-3600, 0, 3600)
    ) > sum(sessions_by_shift.session_count)
