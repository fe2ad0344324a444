{#
    A slice is what is loaded whole and replaced whole: a file, or an hour of a table's
    loaded_at, or a table. docs/increments.md says how runs go by them.
#}

{#
    The query of the slices that the input holds now: slice, fingerprint (a text that
    changes when the slice does), is_settled (false: it may change again without a trace in
    its fingerprint), loaded_at (UTC: by it they are loaded, the oldest first). Of all
    sources, or of the user's own alone.
#}
{% macro list_slices(of_own_sources=false) %}
    {%- set selects = [] -%}
    {%- if not of_own_sources -%}
        {%- do selects.append(list_slices_of_built_in_sources()) -%}
    {%- endif -%}
    {%- for source in own_sources() -%}
        {%- do selects.append(
            list_slices_of_rows(ref("stg_" ~ source ~ "__events"), source)
        ) -%}
    {%- endfor -%}
    {{- selects | join(" union all ") or no_slice() -}}
{% endmacro %}

{# Of files and tables that sources of ours read. #}
{% macro list_slices_of_built_in_sources() %}
    {%- set selects = [] -%}
    {%- for source in file_sources() -%}
        {%- do selects.append(list_slices_of_files("(" ~ list_event_files(source) ~ ")")) -%}
    {%- endfor -%}
    {%- if "flat" in event_sources() and var("events_relation", none) and execute -%}
        {%- do selects.append(list_slices_of_table()) -%}
    {%- endif -%}
    {%- do return(selects | join(" union all ") or no_slice()) -%}
{% endmacro %}

{# A query of slices without any. #}
{% macro no_slice() %}
    {%- do return(
        "select null::varchar as slice, null::varchar as fingerprint, true as is_settled,"
        ~ " null::timestamp as loaded_at where false"
    ) -%}
{% endmacro %}

{# The slices of files that are listed: those of a format that is read. #}
{% macro list_slices_of_files(files) %}
    select
        slice,
        fingerprint,
        is_settled,
        loaded_at
    from {{ files }}
    where format is not null
{% endmacro %}

{# The slices of a staging model of the user's own, by its column slice. #}
{% macro list_slices_of_rows(relation, source) %}
    {%- if execute and load_cached_relation(relation) is not none -%}
        {%- do check_own_columns(relation) -%}
    {%- endif -%}
    {%- set rows = on_contract(relation) -%}
    {%- set has_times = execute and load_cached_relation(relation) is not none
        and query_values("select count(*) = count(loaded_at) from " ~ rows)[0] -%}
    {%- set columns = event_columns() | map(attribute="name") | list -%}
    select
        {{ slice_of_row(source) }} as slice,
        {{ fingerprint_of_rows(["loaded_at"] if has_times else columns) }} as fingerprint,
        true as is_settled,
        max(loaded_at) as loaded_at
    from {{ rows }}
    group by {{ slice_of_row(source) }}
{% endmacro %}

{# The slice of a row of such a model; rows that say none are one. #}
{% macro slice_of_row(source) -%}
    concat_ws('/', '{{ source }}', slice)
{%- endmacro %}

{# The source of a slice: every slice's name begins with it. #}
{% macro source_of_slice(slice) -%}
    split_part({{ slice }}, '/', 1)
{%- endmacro %}

{# A fingerprint of rows, an aggregate: how many, and the hashes of some columns. #}
{% macro fingerprint_of_rows(columns) -%}
    concat(count(*), ' rows, hash ', sum(hash({{ columns | join(", ") }})))
{%- endmacro %}
