{{ config(
    materialized='replaced',
    unique_key=['event_key', 'event_slot'],
    pruned_by='event_slot',
) }}
{% set hint = broadcast(
    'repeated_keys', ref('int_events_this_run'), 'group by event_key having count(*) > 1'
) %}

-- The log: every raw row once, with its disposition and its session.
with

-- a full build reads its source three times, so that it need not hold all rows at once
events as {{ materialized(is_kept=adds_to_stored()) }} (
    select * from {{ ref('int_events_this_run') }}
    {%- if adds_to_stored() and not runs_all_above() %}
    where false  -- this command leaves out models above, so their rows are old
    {%- endif %}
),

-- the few columns that find the copies of an event and form its session, read once
keys as {{ materialized() }} (
    select
        event_key,
        event_slot,
        {{ session_key() }} as session_key,  -- R5
        event_at,
        disposition
    from events
),

-- few events have copies, and only these are ranked; a row without an event is no copy
repeated_keys as (
    select event_key
    from keys
    group by event_key
    having count(*) > 1 and bool_or(not {{ has_no_event('disposition') }})
),

-- copies have the same user and event id; a key only finds them, for keys may collide
numbered_copies as (
    select
        {{ hint }}
        events.*,
        row_number() over (
            partition by
                events.user_id,
                {{ used_event_id() }},
                {{ has_no_event('events.disposition') }}
                or events.disposition = 'withdrawn'
            order by {{ order_of_copies() }}
        ) as copy_number,
        row_number() over (
            partition by events.event_key, events.event_slot
            order by events.disposition = 'withdrawn'
        ) as number_in_slot
    from events
    semi join repeated_keys on events.event_key = repeated_keys.event_key
),

ranked_copies as (
    select
        {{ all_but(['disposition', 'copy_number', 'number_in_slot']) }},
        case
            when
                copy_number = 1
                or {{ has_no_event('disposition') }}
                or disposition = 'withdrawn'
                then disposition
            else 'duplicate'
        end as disposition
    from numbered_copies
    -- keep a withdrawn row (any of several) only if no other row has its key and slot
    where disposition != 'withdrawn' or number_in_slot = 1
),

chosen_keys as (
    select {{ all_but(['event_key'], 'keys') }}
    from keys
    anti join repeated_keys on keys.event_key = repeated_keys.event_key
    union all
    select
        event_slot,
        {{ session_key() }} as session_key,
        event_at,
        disposition
    from ranked_copies
),

-- events of one key in one slot share a session: the windows read only these few spans
spans as (
    select
        session_key,
        event_slot,
        min(event_at) as first_at,
        max(event_at) as last_at
    from chosen_keys
    -- R2: an event that is not considered neither starts, extends nor bridges a session
    where disposition = 'session'
    group by session_key, event_slot
),

spans_with_starts as (
    select
        *,
        -- R1, R4: a span continues a session that ended less than the timeout before
        case
            when
                {{ epoch_microseconds('first_at') }}
                - {{ epoch_microseconds('lag(last_at) over span_order') }}
                < {{ timeout_microseconds() }}
                then null
            else first_at
        end as started_at
    from spans
    window span_order as (partition by session_key order by event_slot)
),

spans_with_sessions as (
    select
        session_key,
        event_slot,
        max(started_at) over span_order as session_started_at,
        {{ ct_session_id('session_started_at', 'session_key') }} as ct_session_id  -- R7
    from spans_with_starts
    window span_order as (partition by session_key order by event_slot)
),

logged_events as (
    select
        {{ hint }}
        {{ all_but(['disposition'], 'events') }},
        events.disposition
    from events
    anti join repeated_keys on events.event_key = repeated_keys.event_key
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
