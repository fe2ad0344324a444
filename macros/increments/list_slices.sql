{#
    A slice is what is loaded whole and replaced whole: a file, or an hour of a table's
    loaded_at, or a table. docs/increments.md says how runs go by them.
#}

{#
    The query of the slices that the input holds now: slice, fingerprint (a text that
    changes when the slice does), is_settled (false: it may change again without a trace in
    its fingerprint), loaded_at (UTC: by it they are loaded, the oldest first).
#}
{% macro list_slices() %}
    {%- if not is_built_in_source() -%}
        {{- list_slices_of_rows(ref("stg_" ~ event_source() ~ "__events")) -}}
    {%- elif var("events_relation", none) -%}
        {{- list_slices_of_table() if execute -}}
    {%- else -%}
        {{- list_slices_of_files("(" ~ list_event_files(event_source()) ~ ")") -}}
    {%- endif -%}
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
{% macro list_slices_of_rows(relation) %}
    {%- set rows = on_contract(relation) -%}
    {%- set has_times = execute and load_cached_relation(relation) is not none
        and query_values("select count(*) = count(loaded_at) from " ~ rows)[0] -%}
    {%- set columns = event_columns() | map(attribute="name") | list -%}
    select
        {{ slice_of_row() }} as slice,
        {{ fingerprint_of_rows(["loaded_at"] if has_times else columns) }} as fingerprint,
        true as is_settled,
        max(loaded_at) as loaded_at
    from {{ rows }}
    group by {{ slice_of_row() }}
{% endmacro %}

{# The slice of a row of such a model; rows that say none are one. #}
{% macro slice_of_row() -%}
    coalesce(slice, '{{ event_source() }}')
{%- endmacro %}

{# Of such a model the rows of the slices to load: a query in brackets. #}
{% macro rows_to_load(events, slices) -%}
    (
        select * replace ({{ slice_of_row() }} as slice)
        from {{ on_contract(events) }}
        where {{ slice_of_row() }} in (select slices.slice from {{ slices }} as slices)
    )
{%- endmacro %}

{# A fingerprint of rows, an aggregate: how many, and the hashes of some columns. #}
{% macro fingerprint_of_rows(columns) -%}
    concat(count(*), ' rows, hash ', sum(hash({{ columns | join(", ") }})))
{%- endmacro %}

{# Whether the source comes with the project: others say themselves what their slices are. #}
{% macro is_built_in_source() %}
    {% do return(event_source() in ["clevertap", "flat"]) %}
{% endmacro %}

{# Whether the input is files: only these go and keep their rows. #}
{% macro reads_files() %}
    {% do return(is_built_in_source() and not var("events_relation", none)) %}
{% endmacro %}
