with

changes as (
    select * from {{ ref('int_session_concluded_changes') }}
)

select
    change_number,
    change,
    event_name,
    event_at,
    raised_at,
    session_length,
    session_length as session_length_seconds,
    session_id,
    session_id as ct_session_id,
    session_key,
    user_id,
    platform,
    app_id,
    day,
    batch
from changes
