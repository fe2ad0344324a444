-- How far the feed tells: the batch and the clock of its last change, and whether more
-- has changed since than the sessions of later rows.
with

told_changes as {{ materialized(is_kept=false) }} (
    select * from {{ source('stored', 'changes') }}
),

-- one row, even if the feed is empty
last_change as (
    select
        coalesce(max(change_number), 0) as change_number,
        coalesce(max(batch), 0) as batch,
        coalesce(max(as_of), timestamp '0001-01-01') as as_of,
        max(timezone) as timezone
    from told_changes
    where
        change_number = (select max(changes.change_number) from told_changes as changes)
),

logged_events as (
    select min(batch) as first_batch from {{ ref('int_event_log') }}
)

select
    last_change.change_number,
    last_change.batch,
    last_change.as_of,
    -- a full refresh has written the whole log anew; another time zone has other days
    coalesce(
        last_change.batch < logged_events.first_batch
        or last_change.timezone != {{ literal(zone('timezone')) }},
        true
    ) as is_whole_comparison
from last_change
cross join logged_events
