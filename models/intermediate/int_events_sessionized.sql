{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['event_key', 'event_slot'],
    on_schema_change='fail',
) }}

-- The log: every raw row once, with what became of it and its session.
with

-- a full build reads its source three times rather than hold all of it
events as {{ 'materialized' if is_incremental() else 'not materialized' }} (
    select * from {{ ref('int_events_to_cut') }}
    -- without the models above, what they say of it is the last run's: write nothing
    where {{ (not is_incremental() or runs_all_above()) | lower }}
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

-- few events have copies, and only these are ranked; the rejected rows of a slice share
-- a key
repeated_keys as (
    select event_key
    from keys
    group by event_key
    having count(*) > 1 and bool_or(disposition != 'rejected')
),

-- the same event = the same user and event id; keys only find them, and may collide
ranked_copies as (
    select
        * replace (
            case
                when disposition in ('rejected', 'withdrawn') then disposition
                when row_number() over (
                    partition by
                        user_id,
                        event_id,
                        disposition in ('rejected', 'withdrawn')
                    order by {{ order_of_copies() }}
                ) > 1 then 'duplicate'
                else disposition
            end as disposition
        )
    from events
    where events.event_key in (from repeated_keys)
    -- withdrawn is what no other row replaces; of several any, for they hold nothing
    qualify
        disposition != 'withdrawn'
        or row_number() over (
            partition by event_key, event_slot order by disposition = 'withdrawn'
        ) = 1
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
