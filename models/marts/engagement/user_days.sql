with

sessions as (
    select * from {{ ref('int_sessions_with_conclusions') }}
    where is_concluded
)

select
    user_id,
    day,
    count(*) as session_count,
    sum(session_length_seconds)::bigint as total_session_length_seconds,
    sum(event_count)::bigint as event_count,
    day = min(day) over (partition by user_id) as is_first_day
from sessions
group by user_id, day
