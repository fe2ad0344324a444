-- The rows that this run loads, from every source; in a rebuild from the log, the log's
-- rows. The models below do not depend on the source. If event_source does not name a
-- source, its raw views are empty.
with

unioned as (
    select * from {{ ref('stg_clevertap__events') }}
    union all by name
    select * from {{ ref('stg_flat__events') }}
    {%- for source in own_sources() %}
    union all by name
    select * from {{ own_rows_this_run(
        ref('stg_' ~ source ~ '__events'), source, ref('int_slices_this_run')
    ) }}
    {%- endfor %}
    union all by name
    select * from {{ ref('int_events_from_log') }}
)

select
    * replace (coalesce(app_id, {{ app_id_of_source('slice') }}) as app_id)
from unioned
