-- The rows that this run loads, from every source; in a rebuild from the log, the log's
-- rows. The models below do not depend on the source.
with

unioned as (
    select * from {{ ref('int_events_from_log') }}
    {% for source in chosen_file_sources() %}
        {%- set events = ref('stg_' ~ source ~ '__events') %}
        {%- do check_own_columns(events, reads_files=true) %}
        union all by name
        select * from {{ events }}
    {% endfor %}
    {%- for source in own_sources() %}
    union all by name
    select * from {{ own_rows_this_run(
        ref('stg_' ~ source ~ '__events'), source, ref('int_slices_this_run')
    ) }}
    {%- endfor %}
)

select
    * replace (coalesce(app_id, {{ app_id_of_source('slice') }}) as app_id)
from unioned
