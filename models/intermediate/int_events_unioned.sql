-- The rows of the source that is chosen, the point from which on all sources are one.
select *
from {{ ref('stg_' ~ var('event_source') ~ '__events') }}
