with

sessions as (
    select * from {{ ref('sessions') }}
)

select
    user_id,
    max_by(ct_session_id, (session_started_at, ct_session_id)) as ct_session_id,
    bool_or(not is_concluded) as is_session_open,
    min(session_started_at) as first_seen_at,
    max(session_ended_at) as last_seen_at,
    count(*) as session_count,
    sum(session_length_seconds)::bigint as total_session_length_seconds
from sessions
group by user_id
