-- R1: two sessions of one key that lie closer together would be one session.
with

sessions_with_previous as (
    select
        *,
        lag(session_ended_at) over (
            partition by session_key order by session_started_at
        ) as previous_ended_at
    from {{ ref('sessions') }}
)

select *
from sessions_with_previous
where
    {{ epoch_microseconds('session_started_at') }}
    - {{ epoch_microseconds('previous_ended_at') }}
    < {{ timeout_microseconds() }}
