-- Their sessions and ours, paired where user, end and length are the same.
with

-- sessions of one user, end and length are told apart by their number
ours as (
    select
        *,
        date_trunc('second', session_ended_at) as ended_second,
        row_number() over (
            partition by
                user_id,
                date_trunc('second', session_ended_at),
                session_length_seconds
            order by ct_session_id
        ) as number
    from {{ ref('sessions') }}
),

theirs as (
    select
        *,
        row_number() over (
            partition by user_id, session_ended_at, session_length_seconds
            order by vendor_session_id
        ) as number
    from {{ ref('int_vendor_sessions') }}
),

their_time as (
    select
        min(session_started_at) as first_at,
        max(session_ended_at) as last_at
    from theirs
),

side_by_side as (
    select
        case
            when ours.user_id is null then 'theirs_only'
            when theirs.user_id is null then 'ours_only'
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
        coalesce(ours.is_concluded, theirs.is_concluded) as is_concluded
    from ours
    full outer join theirs
        on
            ours.user_id = theirs.user_id
            and ours.ended_second = theirs.session_ended_at
            and ours.session_length_seconds = theirs.session_length_seconds
            and ours.number = theirs.number
)

select
    coalesce(side_by_side.ct_session_id, concat_ws(
        '/',
        side_by_side.user_id,
        side_by_side.vendor_session_id,
        side_by_side.session_ended_at,
        side_by_side.session_length_seconds
    )) as comparison_id,
    side_by_side.agreement,
    side_by_side.user_id,
    side_by_side.ct_session_id,
    side_by_side.vendor_session_id,
    side_by_side.session_started_at,
    side_by_side.session_ended_at,
    side_by_side.session_length_seconds,
    side_by_side.is_concluded
from side_by_side
cross join their_time
-- of ours, those of the time of which the export tells theirs
where
    side_by_side.agreement != 'ours_only'
    or side_by_side.session_ended_at between their_time.first_at and their_time.last_at
