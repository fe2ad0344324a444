{#
    The query of the files at the path: a file, a folder with all below it, or a glob of
    files. A name that is there is taken as it is, whatever characters it has.
    filename, slice (source and path below the root), format (parquet, csv, json, or null),
    compression (gzip, zstd or none), size in bytes, fingerprint, is_settled (DuckDB has times of
    change in whole seconds),
    arrived_at (UTC: the run that a CleverTap export's name says, else the file's last
    change), event_name (which such a name says, else null). Names that begin with a dot or
    an underscore are no data, as Spark and Hadoop have it.
#}
{% macro list_event_files(source) -%}
    {#- <request>-<run in Unix seconds>-<event>-<yyyymmdd>-<index>-<database>.<extension> -#}
    {%- set export_name = "(?:^|/)[^/-]+-([0-9]{10})-([^/]+)-[0-9]{8}-[0-9]+-[^/]+$" -%}
    {%- set path = events_path(source) -%}
    {%- set folder = path ~ "/" if path not in ("", "/") else path -%}
    {%- set fixed_part = modules.re.split("[*?[]", path)[0] -%}
    with

    named_files as (
        {{ list_files(escaped(path), path.rpartition("/")[0:2] | join("")) }}
        union
        {{ list_files(escaped(folder) ~ "**", folder) }}
    ),

    files as (
        select * from named_files
        {%- if escaped(path) != path %}
        union all
        select * from ({{ list_files(path, fixed_part.rpartition("/")[0:2] | join("")) }})
        where not exists (select 1 from named_files)
        {%- endif %}
    )

    select
        filename,
        concat({{ literal(source) }}, '/', name) as slice,
        case
            when regexp_matches(lower(name), '\.parquet$') then 'parquet'
            when regexp_matches(lower(name), '\.csv(\.gz|\.gzip|\.zst)?$') then 'csv'
            when regexp_matches(lower(name), '\.(json|jsonl|ndjson)(\.gz|\.gzip|\.zst)?$')
                then 'json'
        end as format,
        case
            when regexp_matches(lower(name), '\.gz(ip)?$') then 'gzip'
            when regexp_matches(lower(name), '\.zst$') then 'zstd'
            else 'none'
        end as compression,
        size,
        concat(
            size, ' bytes of ', last_modified at time zone 'UTC'
        ) as fingerprint,
        abs(epoch_us(now()) - epoch_us(last_modified)) >= 2000000 as is_settled,
        {%- if source == "clevertap" %}
        coalesce(
            make_timestamp(
                nullif(regexp_extract(name, '{{ export_name }}', 1), '')::bigint * 1000000
            ),
            last_modified at time zone 'UTC'
        ) as arrived_at,
        {{ event_name_in_file_name("nullif(regexp_extract(name, '" ~ export_name ~ "', 2), '')") }}
            as event_name
        {%- else %}
        last_modified at time zone 'UTC' as arrived_at,
        null::varchar as event_name
        {%- endif %}
    from files
    where not regexp_matches(name, '(^|/)[._]')
    order by filename
{%- endmacro %}

{# The files that fit a pattern, each with its name below `root`. #}
{% macro list_files(pattern, root) -%}
    select
        filename,
        size,
        last_modified,
        substr(filename, {{ root | length + 1 }}) as name
    from read_blob({{ literal(pattern) }})
{%- endmacro %}

{# The files of one format with something in them, of a source or of all: a list of names. #}
{% macro files_of(format, source=none) %}
    {% do return(query_values(
        "select filename from temp.event_files where format = " ~ literal(format)
        ~ (" and " ~ source_of_slice("slice") ~ " = " ~ literal(source) if source else "")
        ~ " and size > 0 order by filename"
    )) %}
{% endmacro %}

{# The formats that files are read in, name to how sentences call it. #}
{% macro formats_of_files() %}
    {% do return({
        "parquet": ".parquet",
        "csv": ".csv",
        "json": "JSON lines (.json, .jsonl, .ndjson)",
    }) %}
{% endmacro %}
