-- The rows that this run loads, of the source that is chosen: from here on it does not
-- matter which. The raw views of built-in sources hold nothing else (prepare_input).
{%- set events = ref('stg_' ~ event_source() ~ '__events') %}
select *
from {{ on_contract(events) if is_built_in_source()
    else rows_to_load(events, ref('int_slices_to_load')) }}
