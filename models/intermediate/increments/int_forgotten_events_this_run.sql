-- The stored rows of the users that this run forgets.
with

-- the users that earlier runs forgot have no row any more
forgotten_users as (
    select
        max(salt) as salt,
        array_agg(user_hash) as user_hashes
    from {{ source('stored', 'forgotten_users') }}
    where forgotten_at is null
)

select
    stored_events.row_id,
    stored_events.event_key,
    stored_events.slice
from {{ source('stored', 'events') }} as stored_events
cross join forgotten_users
where
    forgotten_users.salt is not null
    and {{ is_of_forgotten_user('stored_events', 'forgotten_users') }}
