-- CSV and Parquet. Their objects are columns such as profile.identity, a map, a struct,
-- or JSON text.
select
    slice,
    file_loaded_at as loaded_at,
    file_event_name,
    is_unreadable,
    "eventName" as event_name,
    ts as local_time,
    "eventTime" as unix_time,
    identity,
    profile,
    "deviceInfo" as device_info,
    "eventProps" as properties
from {{ source('clevertap', 'table_rows') }}
