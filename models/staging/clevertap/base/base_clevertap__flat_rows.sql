-- CSV, and Parquet with the same columns: ts, eventName, profile.identity, eventProps.*
select
    slice,
    file_loaded_at as loaded_at,
    file_event_name,
    is_unreadable,
    "profile.identity" as identity,
    "profile.objectId" as object_id,
    "profile.all_identities" as all_identities,
    "profile.email" as email,
    "eventName" as event_name,
    ts as local_time,
    "eventTime" as unix_time,
    "eventProps.CT Source" as source,
    "profile.platform" as platform,
    "eventProps.Campaign type" as campaign_type,
    "eventProps" as properties
from {{ source('clevertap', 'flat_rows') }}
