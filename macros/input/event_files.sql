{#
    The query of the files of a root of the input: a file, a folder with all below it, or a glob,
    on disk or in a bucket. Columns: filename; name (the path below the root); only_source, if the
    root has only one; format (parquet, csv, json, or null); compression (gzip, zstd or none); size
    in bytes; fingerprint; is_settled (DuckDB has times of change in whole seconds); arrived_at
    (UTC: the file's last change). Names that begin with a dot or an underscore are no data, as
    Spark and Hadoop have it.
#}
{% macro list_event_files(root) -%}
    {%- set path = root.path -%}
    {%- if execute and scheme_of(path) %}{% do check_extension(path) %}{% endif -%}
    with

    files as (
        {{- list_objects(path) if scheme_of(path) else list_files_on_disk(path) }}
    )

    select
        filename,
        name,
        {{ literal(root.sources[0]) if root.sources | length == 1 else "null::varchar" }}
            as only_source,
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
        concat(size, ' bytes of ', last_modified at time zone 'UTC') as fingerprint,
        abs(epoch_us(now()) - epoch_us(last_modified)) >= 2000000 as is_settled,
        last_modified at time zone 'UTC' as arrived_at
    from files
    where not regexp_matches(name, '(^|/)[._]')
    order by filename
{%- endmacro %}

{#
    The query of the files at a path on disk. A name that is there is taken as it is, whatever
    characters it has.
#}
{% macro list_files_on_disk(path) -%}
    {%- set folder = path ~ "/" if path not in ("", "/") else path -%}
    {%- set fixed_part = modules.re.split("[*?[]", path)[0] %}
    with

    named_files as (
        {{ list_files(escaped(path), path.rpartition("/")[0:2] | join("")) }}
        union
        {{ list_files(escaped(folder) ~ "**", folder) }}
    )

    select * from named_files
    {%- if escaped(path) != path %}
    union all
    select * from ({{ list_files(path, fixed_part.rpartition("/")[0:2] | join("")) }})
    where not exists (select 1 from named_files)
    {%- endif %}
{%- endmacro %}

{#
    The query of the objects at a path in a bucket: a folder with all below it, an object, or a
    glob. A pattern is one pass over the names that begin as it does, and an object's size and
    time come with its name. The name of one object is made a pattern, because DuckDB stops at
    a name that is not there; only one with a dot is looked for, for no other has a format.
#}
{% macro list_objects(path) -%}
    {%- set fixed_part = modules.re.split("[*[]", path)[0] -%}
    {%- set root = fixed_part.rpartition("/")[0:2] | join("") -%}
    {%- if fixed_part != path %}
    {{ list_files(path, root) }}
    {%- else %}
    {{ list_files(path ~ "/**", path ~ "/") }}
    {%- if "." in path[root | length:] and root != scheme_of(path) ~ "://" %}
    union all
    {{ list_files(path[:-1] ~ "[" ~ path[-1] ~ "]", root) }}
    {%- endif %}
    {%- endif %}
{%- endmacro %}

{#
    Stops the run unless DuckDB has the extension for a path in a bucket. DuckDB itself would
    download it in the middle of a run; here the user decides.
#}
{% macro check_extension(path) %}
    {% set extension = extensions_of_schemes()[scheme_of(path)] %}
    {% if not query_values(
        "select installed or loaded from duckdb_extensions() where extension_name = "
        ~ literal(extension)
    )[0] %}
        {% do stop(
            input_in_words() ~ ": DuckDB's extension " ~ extension ~ " is not installed; install"
            ~ " it once: .venv/bin/python -c \"import duckdb; duckdb.execute('install "
            ~ extension ~ "')\" (docs/buckets.md)."
        ) %}
    {% endif %}
{% endmacro %}

{# The files that fit a pattern, each with its name below `root`. #}
{% macro list_files(pattern, root) -%}
    select
        filename,
        size,
        last_modified,
        substr(filename, {{ root | length + 1 }}) as name
    from read_blob({{ literal(pattern) }})
{%- endmacro %}

{# The files that this run loads, of one format and with something in them: a list of names. #}
{% macro files_of(format) %}
    {% do return(query_values(
        "select filename from temp.event_files where format = " ~ literal(format)
        ~ " and size > 0 order by filename"
    )) %}
{% endmacro %}

{# The formats that files are read in, as sentences call them. #}
{% macro formats_in_words() %}
    {% do return(".parquet, .csv, JSON lines (.json, .jsonl, .ndjson)") %}
{% endmacro %}

{#
    Stops the run where a file cannot be read at all; in a first load (`is_first`) also where
    there is none to read. Warns of files that are left out.
#}
{% macro check_files(is_first) %}
    {% if is_first %}{% do check_files_are_there() %}{% endif %}
    {% do check_parquet_files(is_first) %}
    {% set left_out = query_values(
        "select filename from temp.event_files where format is null order by filename"
    ) %}
    {% if left_out %}
        {% do exceptions.warn(
            "Left out: " ~ shown_names(left_out) ~ "; expected " ~ formats_in_words() ~ " files."
            ~ on_xml(left_out)
        ) %}
    {% endif %}
{% endmacro %}

{# Stops the run where a root of the input holds no file to read, or nothing in its files. #}
{% macro check_files_are_there() %}
    {% for root in event_roots() %}
        {% set files = run_query(
            "select filename, format, size from temp.listed_files where root = " ~ loop.index
        ).rows %}
        {% set read = files | selectattr("format") | list %}
        {% set names = files | map(attribute="filename") | list %}
        {% if not files %}
            {% do stop(
                input_in_words() ~ ": found no file there that may be read; expected a file, a"
                ~ " folder or a glob of " ~ formats_in_words() ~ " files."
            ) %}
        {% elif not read %}
            {% do stop(
                input_in_words() ~ ": found " ~ shown_names(names) ~ "; expected "
                ~ formats_in_words() ~ " files." ~ on_xml(names)
            ) %}
        {% elif read | map(attribute="size") | sum == 0 %}
            {% do stop(
                input_in_words() ~ ": found nothing in " ~ shown_names(names)
                ~ " (0 bytes); expected events."
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{# What sentences add where some of the files are XML. #}
{% macro on_xml(files) %}
    {% for file in files if modules.re.search("[.]xml([.]gz)?$", file | lower) %}
        {% do return(" XML is not read: export JSON, CSV or Parquet.") %}
    {% endfor %}
    {% do return("") %}
{% endmacro %}
