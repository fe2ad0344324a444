-- What is known of an event on both sides.
with

telling_sources as (
    {{ select_telling_sources() }}
),

events as (
    select
        user_id,
        event_id,
        device_id,
        disposition,
        date_trunc('second', event_at) as event_second,
        ct_session_id as our_id,
        vendor_session_id as their_id,
        {{ source_of_slice('slice') }} in (from telling_sources) as is_seen_by_them
    from {{ ref('int_events_sessionized') }}
    where {{ is_accepted('disposition') }}
),

-- of the others, an event without an id of theirs proves nothing
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
        their_id is not null or user_id not in (from users_with_their_ids)
    ) as is_shared
from events
