-- The rows of the source that is chosen, the point from which on all sources are one.
select *
from {{ ref('stg_' ~ event_source() ~ '__events') }}
