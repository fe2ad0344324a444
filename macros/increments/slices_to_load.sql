{#
    The query of the slices that a run loads of some sources: of those that are `listed`, the
    new ones, those that have changed since they were `recorded`, and the `unfinished` ones
    that a run was to load which was never committed; the oldest first and at most
    slices_per_run. What no table holds any more has been emptied; a file that has gone keeps
    its rows.
#}
{% macro slices_to_load(listed, recorded, unfinished, sources) %}
    {%- set tables = sources | reject("in", file_sources()) | list %}
    select
        listed.slice,
        listed.fingerprint,
        listed.is_settled,
        listed.slice in (select slice from {{ unfinished }}) as is_unfinished,
        listed.loaded_at
    from {{ listed }} as listed
    left join {{ recorded }} as recorded on listed.slice = recorded.slice
    where listed.fingerprint is distinct from recorded.fingerprint or is_unfinished
    {%- if tables %}
    union all
    select
        stored.slice,
        'emptied' as fingerprint,
        true as is_settled,
        stored.is_unfinished,
        null as loaded_at
    from (
        select slice, true as is_unfinished from {{ unfinished }}
        union
        select slice, false from {{ recorded }}
        where fingerprint != 'emptied' and slice not in (select slice from {{ unfinished }})
    ) as stored
    where
        stored.slice not in (select slice from {{ listed }})
        and {{ source_of_slice("stored.slice") }} in ({{ literals(tables) }})
    {%- endif %}
    order by is_unfinished desc, loaded_at, slice
    {%- if var("slices_per_run") is not none %}
    limit {{ var("slices_per_run") }}
    {%- endif %}
{% endmacro %}

{# The query of the slices that were loaded last and are still as they were. #}
{% macro slices_loaded_last(listed, recorded) %}
    select listed.slice
    from {{ listed }} as listed
    inner join {{ recorded }} as recorded
        on
            listed.slice = recorded.slice
            and listed.fingerprint = recorded.fingerprint
    where recorded.batch = (select max(batch) from {{ recorded }})
{% endmacro %}

{#
    The query of the slices that runs were to load which were never committed, where the log
    holds anything of them: a file may have been put back as it was recorded since, or gone.
#}
{% macro unfinished_slices() %}
    {% set log = stored_relation("int_events_sessionized") %}
    {% set last = stored_relation("int_slices_to_load") %}
    {% set record = stored_relation("loaded_slices") %}
    {% if not (log and last and record) %}
        {% do return("select null::varchar as slice where false") %}
    {% endif %}
    {% set selects = ["select slice from " ~ last] %}
    {% if query_values(
        "select count(*) from duckdb_tables() where table_name = 'unfinished_slices'"
        ~ " and schema_name = " ~ literal(raw_schema())
        ~ " and database_name = " ~ literal(target.database)
    )[0] %}
        {% do selects.append("select slice from " ~ raw_table("unfinished_slices")) %}
    {% endif %}
    {% do return(
        "select slice from (" ~ selects | join(" union ") ~ ") where exists (select 1 from " ~ log
        ~ " where batch > (select coalesce(max(batch), 0) from " ~ record ~ "))"
    ) %}
{% endmacro %}

{#
    print_slices_to_load(): prints how many slices the next run would load, a number.
    dbt run-operation print_slices_to_load
#}
{% macro print_slices_to_load() %}
    {% set recorded = stored_relation("loaded_slices")
        or "(select null as slice, null as fingerprint where false)" %}
    {% do print(query_values("select count(*) from (" ~ slices_to_load(
        "(" ~ list_slices() ~ ")", recorded, "(" ~ unfinished_slices() ~ ")", event_sources()
    ) ~ ")")[0]) %}
{% endmacro %}
