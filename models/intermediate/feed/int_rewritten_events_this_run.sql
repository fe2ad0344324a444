-- The rows that were written since the feed's last change. No rows are needed to find
-- the sessions if all of them are compared.
with

last_change as (
    select * from {{ ref('int_last_change') }}
)

select
    event_key,
    event_slot
from {{ ref('int_event_log') }}
where
    batch > (select last_change.batch from last_change)
    and not {{ has_no_event('disposition') }}
    and not (select last_change.is_whole_comparison from last_change)
