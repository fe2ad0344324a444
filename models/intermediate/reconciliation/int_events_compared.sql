-- What each side knows about an event.
with

sources_with_vendor_sessions as (
    select * from {{ ref('int_sources_with_vendor_sessions') }}
),

events as (
    select
        user_id,
        {{ used_event_id() }} as event_id,
        device_id,
        disposition,
        {{ whole_second('event_at') }} as event_second,
        ct_session_id as our_id,
        vendor_session_id as their_id,
        {{ source_of_slice('slice') }}
        in (
            select sources_with_vendor_sessions.event_source
            from sources_with_vendor_sessions
        ) as is_seen_by_them
    from {{ ref('int_event_log') }}
    where {{ is_accepted('disposition') }}
),

-- only for these users does a missing id mean that the vendor left the event out
users_with_their_ids as (
    select distinct user_id
    from events
    where their_id is not null
)

select
    user_id,
    event_id,
    event_second,
    device_id,
    disposition,
    our_id,
    their_id,
    is_seen_by_them,
    disposition = 'session' and (
        their_id is not null or user_id not in (
            select users_with_their_ids.user_id from users_with_their_ids
        )
    ) as is_shared
from events
