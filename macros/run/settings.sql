{# The variables of the project, in the form that models use. #}

{#
    Minutes as microseconds, an integer. A value that is not a number of minutes gives 0, because
    dbt renders models before check_settings checks the value.
#}
{% macro microseconds(minutes) %}
    {%- set number = minutes | float -%}
    {%- do return((number * 60000000) | round | int if 0 < number < 1e12 else 0) -%}
{% endmacro %}

{# R5: a list of the columns of the session key; empty if the variable is not a list or text. #}
{% macro session_key_columns() %}
    {% set session_key = var("session_key") %}
    {% if session_key is string %}{% do return([session_key]) %}{% endif %}
    {% do return(session_key if session_key is sequence else []) %}
{% endmacro %}

{#
    A list of the chosen sources (variable `event_source`): without it, every source that reads
    files. It is checked when dbt parses the project, because dbt itself would stop at a model
    that does not exist.
#}
{% macro event_sources() %}
    {% do return(adapter.dispatch("event_sources", "session_analytics")()) %}
{% endmacro %}

{# Spark reads one source: a table of flat events. #}
{% macro spark__event_sources() %}
    {% if as_list(var("event_source") or "flat") != ["flat"] %}
        {% do stop(
            "event_source is " ~ shown(var("event_source")) ~ ": on Spark, expected flat, or"
            ~ " nothing. The exports of other tools are read on DuckDB only."
        ) %}
    {% endif %}
    {% do return(["flat"]) %}
{% endmacro %}

{% macro duckdb__event_sources() %}
    {% if var("event_source") is none %}
        {% set sources = as_list(var("file_sources")) %}
        {% set paths = var("events_path", none) %}
        {% do return(sources | select("in", paths) | list if paths is mapping else sources) %}
    {% endif %}
    {% set chosen = as_list(var("event_source")) %}
    {% set known = as_list(var("file_sources")) + as_list(var("staging_sources") or []) %}
    {% if not chosen or chosen | reject("in", known) | list
        or chosen | unique | list | length < chosen | length %}
        {% do stop(
            "event_source is " ~ shown(var("event_source")) ~ ": expected one of "
            ~ known | unique | join(", ") ~ " (variables file_sources and staging_sources), a list"
            ~ " of them, or nothing: then each file shows its source."
        ) %}
    {% endif %}
    {% do return(chosen) %}
{% endmacro %}

{# A list as it is; any other value as a list of one. #}
{% macro as_list(value) %}
    {% do return([value] if value is string or value is not sequence else value | list) %}
{% endmacro %}

{# The chosen sources of the variable `file_sources`: they read files, or a table instead. #}
{% macro chosen_file_sources() %}
    {% do return(event_sources() | select("in", as_list(var("file_sources"))) | list) %}
{% endmacro %}

{# The chosen sources that the user wrote. Their column slice tells what a slice is. #}
{% macro own_sources() %}
    {% do return(event_sources() | reject("in", chosen_file_sources()) | list) %}
{% endmacro %}

{#
    The chosen sources whose input is files. Only files keep their rows when they are deleted. If
    the table events_relation is read, files are read only of sources that event_source names.
#}
{% macro sources_from_files() %}
    {% set chosen = chosen_file_sources() %}
    {% if not var("events_relation", none) %}{% do return(chosen) %}{% endif %}
    {% do return(
        [] if var("event_source") is none else chosen | reject("equalto", "flat") | list
    ) %}
{% endmacro %}

{# A time zone: the variable `timezone` or `source_timezone`, else TIMEZONE or SOURCE_TIMEZONE. #}
{% macro zone(name) %}
    {%- do return(var(name) or env_var(name | upper, "UTC")) -%}
{% endmacro %}

{# SQL of the time at which the run started, a timestamp in UTC. #}
{% macro run_start() %}
    {%- do return(utc_timestamp(run_started_at)) -%}
{% endmacro %}
