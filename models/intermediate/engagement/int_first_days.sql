-- R15: the first day of each user.
select
    user_id,
    min(day) as first_day
from {{ ref('int_sessions_with_conclusions') }}
where is_concluded
group by user_id
