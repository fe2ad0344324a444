-- The sources that report vendor sessions.
select distinct {{ source_of_slice('slice') }} as event_source
from {{ ref('int_event_log') }}
where disposition = 'vendor_session' or vendor_session_id is not null
