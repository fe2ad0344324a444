{{ config(materialized='table') }}

-- The log: every raw row once, with what became of it and its session.
with

events as not materialized (
    select * from {{ ref('int_events_judged') }}
),

-- what finds the copies of an event and cuts its session: few bytes, read once
keys as materialized (
    select
        event_key,
        event_slot,
        {{ session_key() }} as session_key,
        event_at,
        disposition
    from events
),

-- few events have copies, and only these are ranked
repeated_keys as (
    select event_key
    from keys
    where disposition != 'rejected'
    group by event_key
    having count(*) > 1
),

-- the same event = the same user and event id; keys only find them, and may collide
ranked_copies as (
    select
        * replace (
            case
                when disposition = 'rejected' then 'rejected'
                when row_number() over (
                    partition by user_id, event_id, disposition = 'rejected'
                    order by {{ order_of_copies() }}
                ) > 1 then 'duplicate'
                else disposition
            end as disposition
        )
    from events
    where events.event_key in (from repeated_keys)
),

chosen_keys as (
    select * exclude (event_key)
    from keys
    where event_key not in (from repeated_keys)
    union all by name
    select
        event_slot,
        {{ session_key() }} as session_key,
        event_at,
        disposition
    from ranked_copies
),

-- events of one key in one slot share a session: the windows run over these few spans
spans as (
    select
        session_key,
        event_slot,
        min(event_at) as first_at,
        max(event_at) as last_at
    from chosen_keys
    where disposition = 'session'
    group by session_key, event_slot
),

spans_with_starts as (
    select
        *,
        case
            when {{ starts_session('first_at', 'lag(last_at) over span_order') }}
                then first_at
        end as started_at
    from spans
    window span_order as (partition by session_key order by event_slot)
),

spans_with_sessions as (
    select
        session_key,
        event_slot,
        max(started_at) over span_order as session_started_at,
        {{ ct_session_id('session_started_at', 'session_key') }} as ct_session_id
    from spans_with_starts
    window span_order as (partition by session_key order by event_slot)
),

logged_events as (
    select *
    from events
    where event_key not in (from repeated_keys)
    union all
    select * from ranked_copies
)

select
    logged_events.*,
    spans_with_sessions.ct_session_id,
    spans_with_sessions.session_started_at
from logged_events
left join spans_with_sessions
    on
        logged_events.disposition = 'session'
        and {{ session_key('logged_events') }} = spans_with_sessions.session_key
        and logged_events.event_slot = spans_with_sessions.event_slot
