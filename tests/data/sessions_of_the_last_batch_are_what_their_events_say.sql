-- The last batch holds whole sessions, and no earlier state of them is left in
-- int_sessions.
{{ config(tags=['run']) }}
with

last_batch as (
    select
        *,
        lag(event_at) over (
            partition by ct_session_id order by event_at, {{ used_event_id() }}
        ) as previous_event_at
    from {{ ref('int_event_log') }}
    where
        disposition = 'session'
        and batch = (
            select max(loaded_slices.batch)
            from {{ ref('loaded_slices') }} as loaded_slices
        )
),

rewritten_sessions as (
    select
        ct_session_id,
        session_started_at,
        {{ session_key() }} as session_key,
        min(event_at) as first_at,
        max(event_at) as last_at,
        max(
            {{ epoch_microseconds('event_at') }}
            - {{ epoch_microseconds('previous_event_at') }}
        ) as longest_gap,
        count(*) as event_count
    from last_batch
    group by ct_session_id, session_started_at, {{ session_key() }}
)

select
    rewritten_sessions.*,
    sessions.ct_session_id as stored_session_id
from rewritten_sessions
left join {{ ref('int_sessions') }} as sessions
    on
        rewritten_sessions.session_key = sessions.session_key
        and rewritten_sessions.first_at < sessions.session_ended_at + {{ timeout() }}
        and rewritten_sessions.last_at > sessions.session_started_at - {{ timeout() }}
where
    rewritten_sessions.longest_gap >= {{ timeout_microseconds() }}
    or rewritten_sessions.ct_session_id is distinct from sessions.ct_session_id
    or rewritten_sessions.first_at is distinct from sessions.session_started_at
    or rewritten_sessions.last_at is distinct from sessions.session_ended_at
    or rewritten_sessions.event_count is distinct from sessions.event_count
