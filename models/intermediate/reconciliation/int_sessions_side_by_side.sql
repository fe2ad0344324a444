-- The vendor's sessions and ours, paired if user, start and end are the same.
with

-- in whole seconds, like the vendor's sessions; a number tells sessions with the same
-- user, start and end apart
ours_in_seconds as (
    select
        *,
        {{ whole_second('session_started_at') }} as started_second,
        {{ whole_second('session_ended_at') }} as ended_second
    from {{ ref('int_sessions_seen_by_vendor') }}
),

ours as (
    select
        *,
        row_number() over (
            partition by user_id, started_second, ended_second order by ct_session_id
        ) as number
    from ours_in_seconds
),

theirs as (
    select
        *,
        row_number() over (
            partition by user_id, session_started_at, session_ended_at
            order by vendor_session_id
        ) as number
    from {{ ref('int_vendor_sessions') }}
),

their_time as (
    select
        min(session_ended_at) as first_at,
        max(session_ended_at) as last_at
    from theirs
),

side_by_side as (
    select
        case
            when ours.user_id is null then 'theirs_only'
            when theirs.user_id is null then 'ours_only'
            when theirs.time_shift_seconds != 0 then 'shifted'
            else 'matched'
        end as agreement,
        coalesce(ours.user_id, theirs.user_id) as user_id,
        ours.ct_session_id,
        theirs.vendor_session_id,
        coalesce(
            ours.session_started_at, theirs.session_started_at
        ) as session_started_at,
        coalesce(ours.session_ended_at, theirs.session_ended_at) as session_ended_at,
        coalesce(
            ours.session_length_seconds, theirs.session_length_seconds
        ) as session_length_seconds,
        coalesce(ours.is_concluded, theirs.is_concluded) as is_concluded,
        theirs.time_shift_seconds
    from ours
    full outer join theirs
        on
            ours.user_id = theirs.user_id
            and ours.started_second = theirs.session_started_at
            and ours.ended_second = theirs.session_ended_at
            and ours.number = theirs.number
)

select
    coalesce(side_by_side.ct_session_id, concat_ws(
        '/',
        side_by_side.user_id,
        side_by_side.vendor_session_id,
        side_by_side.session_ended_at::string,
        side_by_side.session_length_seconds::string
    )) as comparison_id,
    side_by_side.agreement,
    side_by_side.user_id,
    side_by_side.ct_session_id,
    side_by_side.vendor_session_id,
    side_by_side.session_started_at,
    side_by_side.session_ended_at,
    side_by_side.session_length_seconds,
    side_by_side.is_concluded,
    side_by_side.time_shift_seconds
from side_by_side
cross join their_time
-- keep our sessions only for the period that the vendor's sessions cover
where
    side_by_side.agreement != 'ours_only'
    or {{ whole_second('side_by_side.session_ended_at') }}
    between their_time.first_at and their_time.last_at
