{{ config(materialized='table') }}

-- The log: every raw row once, with what became of it and its session.
with

events as not materialized (
    select * from {{ ref('int_events_judged') }}
),

-- the same event = the same user and event id; few have copies, so only they are ranked
repeated_keys as (
    select event_key
    from events
    where disposition != 'rejected'
    group by event_key
    having count(*) > 1
),

ranked_copies as (
    select
        *,
        row_number() over (
            partition by user_id, event_id, disposition = 'rejected'
            order by {{ order_of_copies() }}
        ) as copy_number
    from events
    where event_key in (select repeated_keys.event_key from repeated_keys)
),

events_once as not materialized (
    select *
    from events
    where event_key not in (select repeated_keys.event_key from repeated_keys)
    union all
    select
        * exclude (copy_number) replace (
            case
                when copy_number > 1 and disposition != 'rejected' then 'duplicate'
                else disposition
            end as disposition
        )
    from ranked_copies
),

-- events of one key in one slot share a session: the windows run over these few spans
spans as (
    select
        {{ session_key() }} as session_key,
        event_slot,
        min(event_at) as first_at,
        max(event_at) as last_at
    from events_once
    where disposition = 'session'
    group by {{ session_key() }}, event_slot
),

spans_with_starts as (
    select
        session_key,
        event_slot,
        case
            when {{ starts_session(
                'first_at',
                'lag(last_at) over (partition by session_key order by event_slot)'
            ) }} then first_at
        end as started_at
    from spans
),

spans_with_sessions as (
    select
        session_key,
        event_slot,
        max(started_at) over (
            partition by session_key order by event_slot
        ) as session_started_at
    from spans_with_starts
),

spans_with_ids as (
    select
        *,
        {{ ct_session_id('session_started_at', 'session_key') }} as ct_session_id
    from spans_with_sessions
)

select
    events_once.*,
    spans_with_ids.ct_session_id,
    spans_with_ids.session_started_at
from events_once
left join spans_with_ids
    on
        events_once.disposition = 'session'
        and {{ session_key('events_once') }} = spans_with_ids.session_key
        and events_once.event_slot = spans_with_ids.event_slot
