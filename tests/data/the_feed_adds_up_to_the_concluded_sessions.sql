-- The changes have numbers without gaps. Each session is concluded and withdrawn in
-- turn, and withdrawn as it was told. What is told last is session_concluded.
{% set event %}
        {{ struct_of([
            'event_name', 'event_at', 'raised_at', 'session_length', 'session_key',
            'user_id', 'platform', 'app_id', 'day'
        ]) }} as event
{%- endset %}
with

changes as (
    select
        change_number,
        change,
        session_id,
        {{ event }}
    from {{ ref('session_concluded_changes') }}
),

changes_with_previous as (
    select
        *,
        row_number() over (order by change_number) as expected_number,
        lag(change, 1, 'withdrawn') over session_order as previous_change,
        lag(event) over session_order as previous_event,
        lead(change) over session_order is null as is_last
    from changes
    window session_order as (partition by session_id order by change_number)
),

told_events as (
    select
        session_id,
        event
    from changes_with_previous
    where is_last and change = 'concluded'
),

concluded_events as (
    select
        session_id,
        {{ event }}
    from {{ ref('session_concluded') }}
)

select
    change_number,
    session_id
from changes_with_previous
where
    change_number != expected_number
    or change = previous_change
    or (change = 'withdrawn' and event is distinct from previous_event)
union all
select
    null as change_number,
    coalesce(told_events.session_id, concluded_events.session_id) as session_id
from told_events
full outer join concluded_events
    on told_events.session_id = concluded_events.session_id
where told_events.event is distinct from concluded_events.event
