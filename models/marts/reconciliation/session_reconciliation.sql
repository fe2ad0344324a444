with

events as (
    select
        user_id,
        device_id,
        disposition,
        event_at,
        date_trunc('second', event_at) as event_second,
        {{ vendor_session_id('properties') }} is not null as has_their_id
    from {{ ref('events') }}
),

-- of the others, an event without an id of theirs proves nothing
users_with_their_ids as (
    select distinct user_id
    from events
    where has_their_id
),

differing_bounds as (
    select
        *,
        user_id in (
            select users_with_their_ids.user_id from users_with_their_ids
        ) as has_their_ids
    from {{ ref('int_differing_bounds') }}
),

-- the user's events from the first to the last of the bounds of both sides
events_between as (
    select
        differing_bounds.*,
        events.disposition,
        events.device_id,
        events.has_their_id or not differing_bounds.has_their_ids as is_shared,
        events.event_second = differing_bounds.bound_at as is_at_bound
    from differing_bounds
    left join events
        on
            differing_bounds.user_id = events.user_id
            and differing_bounds.window_starts_at <= events.event_second
            and differing_bounds.window_ends_at >= events.event_second
),

-- what lies at a bound that the other side doesn't have
bounds_with_evidence as (
    select
        comparison_id,
        has_others_beside,
        count(distinct case when disposition = 'session' then device_id end)
            as device_count,
        count(*) filter (where is_at_bound) as event_count,
        count(*) filter (where is_at_bound and disposition = 'api') as api_count,
        count(*) filter (
            where is_at_bound and disposition = 'session'
        ) as our_count,
        count(*) filter (
            where is_at_bound and disposition = 'session' and is_shared
        ) as shared_count
    from events_between
    group by comparison_id, bound, bound_at, has_others_beside
),

reasons as (
    select
        comparison_id,
        case
            when bool_or(event_count = 0) then 'events_missing'
            when bool_or(our_count = 0 and api_count > 0) then 'api'
            when bool_or(shared_count = 0) then 'excluded_event'
            when bool_or(device_count > 1) then 'device_against_user'
            when bool_or(has_others_beside) then 'another_boundary'
        end as reason
    from bounds_with_evidence
    group by comparison_id
)

select
    sessions.comparison_id,
    sessions.agreement,
    reasons.reason,
    sessions.user_id,
    sessions.ct_session_id,
    sessions.vendor_session_id,
    sessions.session_started_at,
    sessions.session_ended_at,
    sessions.session_length_seconds
from {{ ref('int_sessions_side_by_side') }} as sessions
left join reasons on sessions.comparison_id = reasons.comparison_id
-- one that goes on is no disagreement yet
where sessions.is_concluded or sessions.agreement = 'matched'
