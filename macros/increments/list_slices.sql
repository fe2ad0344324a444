{#
    A slice is the part of the input that a run loads whole and replaces whole: a file, one hour
    of a table's loaded_at, or a table. docs/increments.md explains how runs use slices.
#}

{#
    Lists the slices that files and the table events_relation hold now. A rebuild from the log looks
    at no input, so it lists none. Every query of slices has these columns: slice; fingerprint, a
    text that changes when the slice changes; is_settled, false if the slice may change again while
    its fingerprint stays the same; and arrived_at (UTC), by which runs load the oldest slices
    first. `known` has the names of slices: see list_files_of_roots.
#}
{% macro list_slices_of_input(known) %}
    {%- do return(
        adapter.dispatch("list_slices_of_input", "session_analytics")(known)
    ) -%}
{% endmacro %}

{# The same, and those of the user's own sources. #}
{% macro list_all_slices(known) %}
    {{ list_slices_of_input(known) }}
    {{- union_all_own_slices() }}
{% endmacro %}

{#
    The rest of a union: a query of slices for each of the user's own sources. A model that calls it
    depends on their staging models.
#}
{% macro union_all_own_slices() %}
    {%- for source in own_sources() %}
    union all
    {{ list_slices_of_rows(ref('stg_' ~ source ~ '__events'), source) }}
    {%- endfor %}
{% endmacro %}

{% macro duckdb__list_slices_of_input(known) %}
    {%- if rebuilds_from_log() -%}{%- do return(no_slice()) -%}{%- endif -%}
    {{ slices_of_input("(" ~ list_files_of_roots(known) ~ ")") }}
{% endmacro %}

{#
    The query of all files of the input: the columns of list_event_files, and root (the number of
    the root of the input) and listed_slice. A slice is named after the source and the path below
    the root. Only the content of a file shows its source, so a file has the name of the slice of
    that path in `known`, SQL of slices with fingerprints, or else begins with `new`.
#}
{% macro list_files_of_roots(known) %}
    {%- set selects = [] -%}
    {%- for root in event_roots() if not rebuilds_from_log() -%}
        {%- do selects.append(
            "select " ~ loop.index ~ " as root, * from (" ~ list_event_files(root) ~ ")"
        ) -%}
    {%- endfor -%}
    select
        files.*,
        coalesce(
            files.only_source || '/' || files.name, known.slice, 'new/' || files.name
        ) as listed_slice
    from ({{ selects | join(" union all ") or no_file() }}) as files
    left join (
        select
            {{ name_of_slice("slice") }} as name,
            arg_max(slice, (fingerprint != 'emptied', slice)) as slice
        from {{ known }}
        where {{ source_of_slice("slice") }} in ({{ literals(sources_from_files() or [""]) }})
        group by all
    ) as known on files.name = known.name
{% endmacro %}

{# A query of files that has no rows. #}
{% macro no_file() %}
    {%- do return(
        "select 0 as root, null::string as filename, null::string as name,"
        ~ " null::string as only_source, null::string as format, null::string as compression,"
        ~ " 0 as size, null::string as fingerprint, true as is_settled,"
        ~ " null::timestamp as arrived_at where false"
    ) -%}
{% endmacro %}

{# A query of slices that has no rows. #}
{% macro no_slice() %}
    {%- do return(
        "select null::string as slice, null::string as fingerprint, true as is_settled,"
        ~ " null::timestamp as arrived_at where false"
    ) -%}
{% endmacro %}

{#
    The slices of listed files, and of the table. A file is a slice only if its format is one that
    is read.
#}
{% macro slices_of_input(files) %}
    select
        listed_slice as slice,
        fingerprint,
        is_settled,
        arrived_at
    from {{ files }}
    where format is not null
    {%- if reads_table() and execute %}
    union all
    {{ list_slices_of_table() }}
    {%- endif %}
{% endmacro %}

{# The slices of a staging model that the user wrote, by its column slice. #}
{% macro list_slices_of_rows(relation, source) %}
    {%- if rebuilds_from_log() -%}{%- do return(no_slice()) -%}{%- endif -%}
    {%- do check_own_columns(relation) -%}
    {%- set rows = on_contract(relation) -%}
    {%- set has_times = is_in_warehouse(relation)
        and query_values("select count(*) = count(loaded_at) from " ~ rows)[0] -%}
    {%- set columns = event_columns() | map(attribute="name") | list -%}
    select
        {{ slice_of_row(source) }} as slice,
        {{ fingerprint_of_rows(["loaded_at"] if has_times else columns) }} as fingerprint,
        true as is_settled,
        max(loaded_at) as arrived_at
    from {{ rows }}
    group by {{ slice_of_row(source) }}
{% endmacro %}

{# Whether a relation is in the warehouse. The rows that a unit test gives are not. #}
{% macro is_in_warehouse(relation) %}
    {% do return(execute and relation.schema and load_cached_relation(relation)) %}
{% endmacro %}

{# The slice of a row in such a model. All rows without a slice are one slice. #}
{% macro slice_of_row(source) -%}
    concat_ws('/', '{{ source }}', slice)
{%- endmacro %}

{# The source of a slice. The name of every slice begins with its source. #}
{% macro source_of_slice(slice) -%}
    split_part({{ slice }}, '/', 1)
{%- endmacro %}

{# The part of a slice's name after the source: of a file, its path below the root. #}
{% macro name_of_slice(slice) -%}
    substr({{ slice }}, length({{ source_of_slice(slice) }}) + 2)
{%- endmacro %}

{# The fingerprint of rows, an aggregate: the number of rows and the hash of some columns. #}
{% macro fingerprint_of_rows(columns) -%}
    concat(count(*), ' rows, hash ', {{ sum_of_hashes(columns) }})
{%- endmacro %}
