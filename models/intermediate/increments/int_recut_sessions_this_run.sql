{{ config(materialized='table') }}

-- R1: the stored sessions that lie less than the timeout from a loaded or touched row.
with

sessions as (
    select * from {{ source('stored', 'sessions') }}
),

changed_events as (
    select
        session_key,
        event_at
    from {{ ref('int_loaded_events_this_run') }}
    where disposition = 'session'
    union all
    select
        session_key,
        event_at
    from {{ ref('int_touched_events_this_run') }}
    where judged_disposition = 'session'
),

changed_times as (
    select
        min(event_at) - {{ timeout() }} as first_at,
        max(event_at) + {{ timeout() }} as last_at
    from changed_events
)

select distinct
    sessions.session_key,
    sessions.session_started_at
from sessions
inner join changed_events
    on
        sessions.session_key = changed_events.session_key
        and sessions.session_started_at < changed_events.event_at + {{ timeout() }}
        and sessions.session_ended_at > changed_events.event_at - {{ timeout() }}
-- only for speed: read only the sessions near the time of the changes
where
    sessions.session_started_at < (select changed_times.last_at from changed_times)
    and sessions.session_ended_at > (select changed_times.first_at from changed_times)
