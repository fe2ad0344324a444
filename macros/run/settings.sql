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
    A list of the chosen sources (variable `event_source`). It is checked when dbt parses the
    project, because dbt itself would stop at a model that does not exist.
#}
{% macro event_sources() %}
    {% set chosen = as_list(var("event_source")) %}
    {% set known = as_list(var("staging_sources")) %}
    {% if not chosen or chosen | reject("in", known) | list
        or chosen | unique | list | length < chosen | length %}
        {% do stop(
            "event_source is " ~ shown(var("event_source")) ~ ": expected one of "
            ~ known | join(", ") ~ " (variable staging_sources), or a list of them."
        ) %}
    {% endif %}
    {% do return(chosen) %}
{% endmacro %}

{# A list as it is; any other value as a list of one. #}
{% macro as_list(value) %}
    {% do return([value] if value is string or value is not sequence else value | list) %}
{% endmacro %}

{# The chosen sources that come with the project. #}
{% macro built_in_sources() %}
    {% do return(event_sources() | select("in", ["clevertap", "flat"]) | list) %}
{% endmacro %}

{# The chosen sources that the user wrote. Their column slice tells what a slice is. #}
{% macro own_sources() %}
    {% do return(event_sources() | reject("in", built_in_sources()) | list) %}
{% endmacro %}

{# The chosen sources whose input is files. Only files keep their rows when they are deleted. #}
{% macro file_sources() %}
    {% set of_tables = ["flat"] if var("events_relation", none) else [] %}
    {% do return(built_in_sources() | reject("in", of_tables) | list) %}
{% endmacro %}

{# SQL of the time at which the run started, a timestamp in UTC. #}
{% macro run_start() %}
    {%- do return(utc_timestamp(run_started_at)) -%}
{% endmacro %}
