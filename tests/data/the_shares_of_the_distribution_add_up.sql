-- The shares add up to one, or to zero if the window holds no session.
select
    sum(session_share) as total_share,
    sum(session_count) as total_count
from {{ ref('session_length_distribution') }}
having abs(sum(session_share) - sign(sum(session_count))) > 0.000001
