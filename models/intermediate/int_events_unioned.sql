-- The rows that this run loads, from every source; in a rebuild from the log, the log's
-- rows. The models below do not depend on the source.
with

unioned as (
    select * from {{ ref('int_events_from_log') }}
    {% for source in chosen_file_sources() %}
        {%- set events = ref('stg_' ~ source ~ '__events') %}
        {%- do check_own_columns(events, reads_files=true) %}
        {{ union_all_by_name() }}
        select * from {{ events }}
    {% endfor %}
    {%- for source in own_sources() %}
    {{ union_all_by_name() }}
    select * from {{ own_rows_this_run(
        ref('stg_' ~ source ~ '__events'), source, ref('int_slices_this_run')
    ) }}
    {%- endfor %}
)

select
    slice,
    is_unreadable,
    is_forgotten,
    event_id,
    user_id,
    identity,
    device_id,
    is_fallback_identity,
    event_name,
    event_at,
    unreadable_event_at,
    unreadable_loaded_at,
    is_time_ambiguous,
    source,
    platform,
    coalesce(app_id, {{ app_id_of_source('slice') }}) as app_id,
    campaign_type,
    vendor_session_id,
    properties,
    loaded_at
from unioned
