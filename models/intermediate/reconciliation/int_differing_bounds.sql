-- Compares a session that only one side has with the other side's sessions of that
-- time, and keeps the bounds that only one side has.
with

sessions_side_by_side as (
    select * from {{ ref('int_sessions_side_by_side') }}
),

sessions_alone as (
    select * from sessions_side_by_side
    where agreement in ('ours_only', 'theirs_only') and is_concluded
),

sessions_with_those_beside as (
    select
        comparison_id,
        user_id,
        session_started_at,
        session_ended_at,
        false as is_beside
    from sessions_alone
    union all
    select
        sessions_alone.comparison_id,
        sessions_alone.user_id,
        beside.session_started_at,
        beside.session_ended_at,
        true as is_beside
    from sessions_alone
    inner join sessions_side_by_side as beside
        on
            sessions_alone.user_id = beside.user_id
            and sessions_alone.agreement != beside.agreement
            and sessions_alone.session_started_at <= beside.session_ended_at
            and sessions_alone.session_ended_at >= beside.session_started_at
),

sessions_with_windows as (
    select
        *,
        {{ whole_second(
            'min(session_started_at) over (partition by comparison_id)'
        ) }} as window_starts_at,
        max(session_ended_at) over (partition by comparison_id) as window_ends_at,
        bool_or(is_beside) over (partition by comparison_id) as has_others_beside
    from sessions_with_those_beside
),

bounds as (
    select
        *,
        'start' as bound,
        {{ whole_second('session_started_at') }} as bound_at
    from sessions_with_windows
    union all
    select
        *,
        'end' as bound,
        {{ whole_second('session_ended_at') }} as bound_at
    from sessions_with_windows
)

select
    comparison_id,
    user_id,
    bound,
    bound_at,
    any_value(window_starts_at) as window_starts_at,
    any_value(window_ends_at) as window_ends_at,
    any_value(has_others_beside) as has_others_beside
from bounds
where bound_at is not null
group by comparison_id, user_id, bound, bound_at
-- leave out the bounds that both sides have
having count(distinct is_beside) = 1
