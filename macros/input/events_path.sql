{#
    The roots of the input: a list of {path, sources}, one for each path and the sources that its
    files may belong to. One path may hold files of every chosen source.
#}
{% macro event_roots() %}
    {% set setting = events_path_setting() %}
    {% set sources = sources_from_files() %}
    {% if not sources %}{% do return([]) %}{% endif %}
    {% if setting is not mapping %}
        {% do return([{"path": normal_path(setting), "sources": sources}]) %}
    {% endif %}
    {% if setting.keys() | reject("in", sources) | list
        or var("event_source") is not none and sources | reject("in", setting) | list %}
        {% do stop(
            input_in_words() ~ ": expected a path for all sources, or one for each of "
            ~ sources | join(", ") ~ ", such as {" ~ sources | join(": ..., ") ~ ": ...}."
        ) %}
    {% endif %}
    {% set roots = [] %}
    {% for source, path in setting | dictsort %}
        {% do roots.append({"path": normal_path(path), "sources": [source]}) %}
    {% endfor %}
    {% do return(roots) %}
{% endmacro %}

{#
    A path on disk without `.`, `..` and doubled slashes: DuckDB gives the names of files so, and a
    slice is named by what lies below the path.
#}
{% macro normal_path(path) %}
    {% if path is not string %}
        {% do stop(input_in_words() ~ ": expected a file, a folder or a glob.") %}
    {% endif %}
    {% if scheme_of(path) %}{% do return(bucket_path(path)) %}{% endif %}
    {% if path.startswith("~/") %}{% set path = env_var("HOME") ~ path[1:] %}{% endif %}
    {% set parts = [] %}
    {% for part in path.split("/") if part not in ("", ".") %}
        {% if part == ".." and parts and parts[-1] != ".." %}
            {% do parts.pop() %}
        {% else %}
            {% do parts.append(part) %}
        {% endif %}
    {% endfor %}
    {% do return(("/" if path.startswith("/") else "") ~ parts | join("/")) %}
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

{# The variable, else the environment, else the sample. #}
{% macro events_path_setting() %}
    {% do return(
        var("events_path", none) or env_var("EVENTS_PATH", "") or sample_folder()
    ) %}
{% endmacro %}

{# The paths of the input from the root: relative ones are so to the project's folder. #}
{% macro absolute_events_paths() %}
    {% set paths = [] %}
    {% for root in event_roots() %}
        {% set folder = "" if root.path.startswith("/") or scheme_of(root.path)
            else invocation_args_dict["project_dir"] ~ "/" %}
        {% set name = root.sources[0] ~ ": " if events_path_setting() is mapping else "" %}
        {% do paths.append(name ~ folder ~ root.path) %}
    {% endfor %}
    {% do return(paths | join(", ")) %}
{% endmacro %}

{# The folder of the sample export: what is read where nothing is set. #}
{% macro sample_folder() %}
    {% do return(invocation_args_dict["project_dir"] ~ "/sample/export") %}
{% endmacro %}

{#
    How sentences call the input: the setting, its name in the environment, its value; of
    files, unless it is `of_relation`.
#}
{% macro input_in_words(of_relation=false) %}
    {% if of_relation %}
        {% do return("events_relation (instead of events_path, EVENTS_PATH) is "
            ~ shown(var("events_relation"))) %}
    {% endif %}
    {% do return(
        "events_path (EVENTS_PATH; or set events_relation) is " ~ shown(events_path_setting())
    ) %}
{% endmacro %}

{#
    A file's name as DuckDB's readers take it literally: `[`, `*` and `?` would make a
    pattern of it.
#}
{% macro escaped(name) %}
    {% do return(modules.re.sub("([*?[])", "[\\1]", name)) %}
{% endmacro %}

{# Files as the literals of a reader's list. #}
{% macro file_literals(files) %}
    {% set names = [] %}
    {% for file in files %}{% do names.append(escaped(file)) %}{% endfor %}
    {% do return(literals(names)) %}
{% endmacro %}
