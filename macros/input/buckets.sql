{# Paths in buckets: s3://, gs://, azure:// and their other spellings. #}

{# The scheme of a path, such as s3; empty for a path on disk. #}
{% macro scheme_of(path) %}
    {% do return(modules.re.match("(?:([^/]*)://)?", path).group(1) or "") %}
{% endmacro %}

{# The extensions of DuckDB that read buckets, by the scheme. #}
{% macro extensions_of_schemes() %}
    {% do return({
        "s3": "httpfs", "s3a": "httpfs", "r2": "httpfs", "gs": "httpfs", "gcs": "httpfs",
        "azure": "azure", "az": "azure", "abfss": "azure",
    }) %}
{% endmacro %}

{#
    A path in a bucket as a source reads it. Dots and doubled slashes are parts of names there.
    DuckDB takes what follows a `?` as settings and secrets. These would be stored with the path, so
    the run stops, and its sentence does not show them, either.
#}
{% macro bucket_path(path) %}
    {% if "?" in path %}
        {% do stop(
            "events_path (EVENTS_PATH) is " ~ shown(path.split("?")[0]) ~ " and more after a `?`:"
            ~ " expected no `?` in a path in a bucket; a glob may have `*` and `[`."
        ) %}
    {% elif scheme_of(path) not in extensions_of_schemes()
        or not modules.re.match("[^:]+://[^/*[]", path) %}
        {% do stop(
            input_in_words() ~ ": expected a path on disk, or a bucket and what is in it, such as"
            ~ " s3://bucket/folder (" ~ extensions_of_schemes() | join(", ") ~ ")."
        ) %}
    {% endif %}
    {% do return(path.rstrip("/")) %}
{% endmacro %}

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
