-- R2: an event that is not considered has no session id.
select *
from {{ ref('events') }}
where
    is_session_event != (ct_session_id is not null)
    or is_session_event != (session_started_at is not null)
