{#
    The query of the rows that a run loads, of every source that is chosen, on the contract.
    The raw views of our sources hold nothing else (prepare_input); of the user's own,
    int_slices_to_load says which they are.
#}
{% macro select_arriving_rows() %}
    {%- set selects = [] -%}
    {%- for source in event_sources() -%}
        {%- set events = ref("stg_" ~ source ~ "__events") -%}
        {%- set rows = on_contract(events) if source in built_in_sources()
            else rows_to_load(events, source, ref("int_slices_to_load")) -%}
        {%- do selects.append("select * " ~ with_app_id_of(source) ~ " from " ~ rows) -%}
    {%- endfor -%}
    {{- selects | join(" union all ") -}}
{% endmacro %}

{# The app of a source's rows that say none (variable app_ids), for a `select *`. #}
{% macro with_app_id_of(source) -%}
    {%- set app_ids = var("app_ids") or {} -%}
    {%- if source in app_ids -%}
        replace (coalesce(app_id, {{ literal(app_ids[source]) }}) as app_id)
    {%- endif -%}
{%- endmacro %}

{# Of a staging model of the user's own the rows of the slices to load: a query in brackets. #}
{% macro rows_to_load(events, source, slices) -%}
    {%- set types = types_by_name(describe_columns(events))
        if execute and load_cached_relation(events) is not none else {} -%}
    (
        select * replace (
            {{ slice_of_row(source) }} as slice,
            {{ utc_time_of_value("event_at", types.get("event_at", "")) }} as event_at,
            {{ utc_time_of_value("loaded_at", types.get("loaded_at", "")) }} as loaded_at
        )
        from {{ on_contract(events) }}
        where {{ slice_of_row(source) }} in (select slices.slice from {{ slices }} as slices)
    )
{%- endmacro %}
