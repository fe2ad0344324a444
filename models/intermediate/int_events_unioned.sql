-- The rows of the source that is chosen: from here on it does not matter which.
select *
from {{ ref('stg_' ~ event_source() ~ '__events') }}
