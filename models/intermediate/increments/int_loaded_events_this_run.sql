{{ config(materialized='table') }}

-- The loaded rows, in the few columns that find the stored rows near them. Two models
-- read them here, so that a run judges its rows once for both.
select
    event_key,
    -- a key names the user; a row that counts for no session may be of a forgotten user
    {{ session_key_of_judged() }} as session_key,
    event_at,
    disposition,
    {{ judged_hash() }} as judged_hash
from {{ ref('int_events_judged') }}
where {{ are_events_stored() }}
