{#
    The temporary table event_files: the files at the path, a file, a folder with all below
    it, or a glob of files. A name that is there is taken as it is, whatever characters it
    has.
    filename, slice (source and path below the root), format (parquet, csv, json, or null),
    size in bytes, loaded_at (UTC: the run that a CleverTap export's name says, else the
    file's last change). Names that begin with a dot or an underscore are no data, as Spark
    and Hadoop have it.
#}
{% macro find_event_files(source) %}
    {% set path = events_path() %}
    {% set root = path ~ "/" if path not in ("", "/") else path %}
    {% set folder_of_file = path.rpartition("/")[0:2] | join("") %}
    {% do run_query(
        "create or replace temporary table event_files as " ~ list_event_files(source, [
            (escaped(path), folder_of_file), (escaped(root) ~ "**", root),
        ])
    ) %}
    {% set is_found = query_values("select count(*) from temp.event_files")[0] %}
    {% if not is_found and escaped(path) != path %}
        {% set fixed_part = modules.re.split("[*?[]", path)[0] %}
        {% set root = fixed_part.rpartition("/")[0:2] | join("") %}
        {% do run_query(
            "create or replace temporary table event_files as "
            ~ list_event_files(source, [(path, root)])
        ) %}
    {% endif %}
{% endmacro %}

{# The query behind event_files: `patterns` are pairs of a pattern and the root of its names. #}
{% macro list_event_files(source, patterns) -%}
    {#- <request>-<run in Unix seconds>-<event>-<yyyymmdd>-<index>-<database>.<extension> -#}
    {%- set export_name = "(?:^|/)[^/-]+-([0-9]{10})-[^/]+-[0-9]{8}-[0-9]+-[^/]+$" -%}
    select
        filename,
        concat({{ literal(source) }}, '/', name) as slice,
        case
            when regexp_matches(lower(name), '\.parquet$') then 'parquet'
            when regexp_matches(lower(name), '\.csv(\.gz|\.zst)?$') then 'csv'
            when regexp_matches(lower(name), '\.(json|jsonl|ndjson)(\.gz|\.zst)?$') then 'json'
        end as format,
        size,
        coalesce(
            make_timestamp(
                nullif(regexp_extract(name, '{{ export_name }}', 1), '')::bigint * 1000000
            ),
            last_modified at time zone 'UTC'
        ) as loaded_at
    from (
        {%- for pattern, root in patterns %}
        select
            filename,
            size,
            last_modified,
            substr(filename, {{ root | length + 1 }}) as name
        from read_blob({{ literal(pattern) }})
        {{ "union" if not loop.last }}
        {%- endfor %}
    )
    where not regexp_matches(name, '(^|/)[._]')
    order by filename
{%- endmacro %}

{# The files of one format with something in them, as a list of names. #}
{% macro files_of(format) %}
    {% do return(query_values(
        "select filename from temp.event_files where format = " ~ literal(format)
        ~ " and size > 0 order by filename"
    )) %}
{% endmacro %}
