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
    session_id,
    session_key,
    user_id,
    platform,
    app_id,
    day,
    batch
from changes
