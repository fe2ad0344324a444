-- Parquet with maps: eventName, eventTime, identity, profile, eventProps
with

nested_rows as (
    select * from {{ source('clevertap', 'nested_rows') }}
)

select
    slice,
    file_loaded_at as loaded_at,
    file_event_name,
    false as is_unreadable,
    -- an account may call its own identity what it likes
    coalesce(
        identity ->> 'identity',
        profile ->> 'identity',
        identity ->> {{ json_pointer(
            "list_filter(json_keys(identity), lambda key:"
            ~ " key not in ('objectId', 'all_identities', 'email'))[1]"
        ) }}
    ) as identity,
    coalesce(identity ->> 'objectId', profile ->> 'objectId') as object_id,
    coalesce(
        identity ->> 'all_identities', profile ->> 'all_identities'
    ) as all_identities,
    coalesce(identity ->> 'email', profile ->> 'email') as email,
    "eventName" as event_name,
    ts as local_time,
    "eventTime" as unix_time,
    "eventProps" ->> 'CT Source' as source,
    profile ->> 'platform' as platform,
    "eventProps" ->> 'Campaign type' as campaign_type,
    "eventProps"::varchar as properties
from nested_rows
