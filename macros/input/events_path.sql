{#
    The path that a source reads. A path is normal here: without `.`, `..` and doubled
    slashes, for DuckDB gives the names of files so, and a slice is named by what lies below
    the path.
#}
{% macro events_path(source) %}
    {% set setting = events_path_setting() %}
    {% set path = setting.get(source) if setting is mapping else setting %}
    {% if file_sources() | length > 1 and setting is not mapping or path is not string %}
        {% do stop(
            input_in_words() ~ ": expected " ~ (
                "a path for each source, such as {"
                ~ file_sources() | join(": ..., ") ~ ": ...}."
                if file_sources() | length > 1 else "a file, a folder or a glob."
            )
        ) %}
    {% endif %}
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

{# The variable, else the environment, else the sample. #}
{% macro events_path_setting() %}
    {% do return(
        var("events_path", none) or env_var("EVENTS_PATH", "") or sample_folder()
    ) %}
{% endmacro %}

{# What the sources read, from the root: relative paths are so to the project's folder. #}
{% macro absolute_events_paths() %}
    {% set paths = [] %}
    {% for source in file_sources() | sort %}
        {% set path = events_path(source) %}
        {% set folder = "" if path.startswith("/")
            else invocation_args_dict["project_dir"] ~ "/" %}
        {% set name = source ~ ": " if file_sources() | length > 1 else "" %}
        {% do paths.append(name ~ folder ~ path) %}
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
