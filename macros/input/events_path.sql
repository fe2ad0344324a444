{#
    The setting of the input. A path is normal here: without `.`, `..` and doubled slashes,
    for DuckDB gives the names of files so, and a slice is named by what lies below the path.
#}
{% macro events_path() %}
    {% set path = var("events_path", none) or env_var("EVENTS_PATH", "") or sample_folder() %}
    {% if path is not string %}
        {% do stop("events_path is " ~ shown(path) ~ ": expected a file, a folder or a glob.") %}
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

{# The setting of the input, from the root: relative paths are so to the project's folder. #}
{% macro absolute_events_path() %}
    {% set path = events_path() %}
    {% set folder = "" if path.startswith("/") else invocation_args_dict["project_dir"] ~ "/" %}
    {% do return(folder ~ path) %}
{% endmacro %}

{# The folder of the sample export: what is read where nothing is set. #}
{% macro sample_folder() %}
    {% do return(invocation_args_dict["project_dir"] ~ "/sample/export") %}
{% endmacro %}

{# How sentences call the input: the setting, its name in the environment, its value. #}
{% macro input_setting() %}
    {% if var("events_relation", none) %}
        {% do return("events_relation (instead of events_path, EVENTS_PATH) is "
            ~ shown(var("events_relation"))) %}
    {% endif %}
    {% set path = var("events_path", none) or env_var("EVENTS_PATH", "") or sample_folder() %}
    {% do return("events_path (EVENTS_PATH; or set events_relation) is " ~ shown(path)) %}
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
