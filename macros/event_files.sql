{#
    The files of `events_path`, and the views of the raw data over them. What the models
    know of a file is in the table event_files: its slice and the time it was written.
#}

{# The path as it is set: the variable, else the environment, else the sample. #}
{% macro events_path() %}
    {% do return(var("events_path", none) or env_var("EVENTS_PATH", "") or "sample/export") %}
{% endmacro %}

{# How messages call the input: the setting, its name in the environment, its value. #}
{% macro input_setting() %}
    {% if var("events_relation", none) %}
        {% do return("events_relation (instead of events_path, EVENTS_PATH) is "
            ~ shown(var("events_relation"))) %}
    {% endif %}
    {% do return("events_path (EVENTS_PATH; or set events_relation) is "
        ~ shown(events_path())) %}
{% endmacro %}

{# Where the raw views and event_files lie: beside the target's schema. #}
{% macro raw_schema() %}
    {% do return(target.schema ~ "_raw") %}
{% endmacro %}

{#
    The query that lists the files at the path, a file, a folder with all below it, or a
    glob: filename, slice (source and path below the root), format (parquet, csv, json,
    or null), size in bytes, loaded_at (UTC: the run that a CleverTap export's name says,
    else the file's last change). Names that begin with a dot or an underscore are not
    data, as everywhere in the field.
#}
{% macro list_event_files(source) %}
    {%- set path = events_path() | string -%}
    {%- set folder = modules.re.sub("/+$", "", path) -%}
    {#- <request>-<run in Unix seconds>-<event>-<yyyymmdd>-<index>-<database>.<extension> -#}
    {%- set export_name = "(?:^|/)[^/-]+-([0-9]{10})-[^/]+-[0-9]{8}-[0-9]+-[^/]+$" -%}
    {%- set fixed_part = modules.re.split("[*?\\[{]", path)[0] -%}
    select
        filename,
        concat({{ literal(source) }}, '/', name) as slice,
        regexp_replace(
            regexp_extract(
                lower(name), '\.(parquet|csv|json|jsonl|ndjson)(\.gz|\.zst)?$', 1
            ),
            'jsonl|ndjson',
            'json'
        ) as format,
        size,
        coalesce(
            make_timestamp(nullif(regexp_extract(name, '{{ export_name }}', 1), '')::bigint * 1000000),
            last_modified at time zone 'UTC'
        ) as loaded_at
    from (
        select
            filename,
            size,
            last_modified,
            substr(filename, {{ (fixed_part.rpartition("/")[0] ~ "/") | length + 1 }}) as name
        from read_blob({{ literal(path) }})
        union all
        select
            filename,
            size,
            last_modified,
            substr(filename, {{ folder | length + 2 }}) as name
        from read_blob({{ literal(folder ~ "/**") }})
    )
    where not regexp_matches(name, '(^|/)[._]')
    order by filename
{%- endmacro %}

{#
    Makes the raw views of every source that comes with the project: over the input for
    the source that is chosen, empty for the others. All checks of the input come before
    the first write.
#}
{% macro create_raw_views() %}
    {% set chosen = event_source() %}
    {% set reads_files = chosen in ("flat", "clevertap") and not var("events_relation", none) %}
    {% do check_events_relation(chosen) %}
    {% if reads_files and events_path() == "sample/export" and project_name == "session_analytics" %}
        {% do write_sample_once("sample/export") %}
    {% endif %}
    {% do run_query(
        "create or replace temporary table event_files as " ~ list_event_files(chosen)
        ~ ("" if reads_files else " limit 0")
    ) %}
    {% if reads_files %}{% do check_event_files() %}{% endif %}
    {% set views = {} %}
    {% do views.update(raw_flat_views(chosen == "flat")) %}
    {% do views.update(raw_clevertap_views(chosen == "clevertap")) %}
    {% set schema = raw_schema() %}
    {% do run_query("create schema if not exists " ~ schema) %}
    {% do run_query(
        "create or replace table " ~ schema ~ ".event_files as from temp.event_files"
    ) %}
    {% for name, query in views.items() %}
        {% do run_query("create or replace view " ~ schema ~ "." ~ name ~ " as " ~ query) %}
    {% endfor %}
{% endmacro %}

{% macro check_events_relation(source) %}
    {% set name = var("events_relation", none) %}
    {% if name and source == "clevertap" %}
        {% do stop(
            input_setting() ~ ", but event_source is clevertap, which reads files: expected flat."
        ) %}
    {% elif name %}
        {% set parts = (name | string | replace('"', "")).split(".") %}
        {% set schema = parts[-2] if parts | length > 1 else target.schema %}
        {% set database = parts[-3] if parts | length > 2 else target.database %}
        {% if not adapter.get_relation(database, schema, parts[-1]) %}
            {% do stop(
                input_setting() ~ ": found no table or view " ~ parts[-1] ~ " in the schema "
                ~ schema ~ "; expected [database.][schema.]name."
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro check_event_files() %}
    {% set files = run_query(
        "select filename, coalesce(format, '') as format, size from temp.event_files"
    ).rows %}
    {% set known = files | selectattr("format") | list %}
    {% set and_others = " and others" if files | length > 1 else "" %}
    {% if not files %}
        {% do stop(
            input_setting() ~ ": found no file there that may be read; expected a file, a"
            ~ " folder or a glob of Parquet, CSV or JSON lines files."
        ) %}
    {% elif not known %}
        {% do stop(
            input_setting() ~ ": found " ~ files[0]["filename"] ~ and_others
            ~ "; expected names that end in .parquet, .csv, .json, .jsonl or .ndjson."
        ) %}
    {% elif known | map(attribute="size") | sum == 0 %}
        {% do stop(
            input_setting() ~ ": found nothing in " ~ known[0]["filename"] ~ and_others
            ~ " (0 bytes); expected events."
        ) %}
    {% endif %}
    {% do check_parquet_files(files_of("parquet")) %}
    {% for file in files | rejectattr("format") %}
        {% do exceptions.warn(
            "Left out: " ~ file["filename"] ~ ", for its name ends in none of .parquet, .csv,"
            ~ " .json, .jsonl and .ndjson (or these with .gz or .zst)."
        ) %}
    {% endfor %}
{% endmacro %}

{#
    Half-written or damaged Parquet files. A file's last bytes can't be had without all of
    it, so above 256 MB in all it is DuckDB that says what is wrong, in its own words.
#}
{% macro check_parquet_files(files) %}
    {% set broken = query_values(
        "select filename from read_blob([" ~ literals(files) ~ "])"
        ~ " where (select sum(size) from temp.event_files where format = 'parquet') < 256e6"
        ~ " and content[-4:] != 'PAR1'::blob"
    ) if files else [] %}
    {% if broken %}
        {% do stop(
            input_setting() ~ ": found " ~ broken[0] ~ ", which is damaged or half-written;"
            ~ " expected whole Parquet files, whose last bytes are PAR1."
        ) %}
    {% endif %}
{% endmacro %}

{# The files of one format with something in them, as a list of names. #}
{% macro files_of(format) %}
    {% do return(query_values(
        "select filename from temp.event_files where format = " ~ literal(format)
        ~ " and size > 0 order by filename"
    )) %}
{% endmacro %}

{# The first line of a CSV file: its columns. #}
{% macro first_line(file) %}
    {% do return(query_values(
        "select line from read_csv(" ~ literal(file)
        ~ ", columns = {'line': 'VARCHAR'}, header = false, auto_detect = false,"
        ~ " delim = '\x01', quote = '', escape = '', strict_mode = false) limit 1"
    )[0]) %}
{% endmacro %}

{#
    The records of JSON lines files: event_file and record, a JSON object, null where a
    line holds none: a broken line never stops a run.
#}
{% macro json_records(files) %}
    {% do return(
        "(select event_file, case when ltrim(json::varchar) like '{%' then json end as record"
        ~ " from read_ndjson_objects([" ~ literals(files)
        ~ "], ignore_errors = true, filename = 'event_file', hive_partitioning = false))"
    ) %}
{% endmacro %}
