{# The variables of the project as models use them. #}

{#
    Minutes as microseconds, an integer; 0 for what is no number of minutes: models are
    rendered before check_settings sees it.
#}
{% macro microseconds(minutes) %}
    {%- set number = minutes | float -%}
    {%- do return((number * 60000000) | round | int if 0 < number < 1e12 else 0) -%}
{% endmacro %}

{# The columns of the session key (R5), a list; empty where the variable is none. #}
{% macro session_key_columns() %}
    {% set session_key = var("session_key") %}
    {% if session_key is string %}{% do return([session_key]) %}{% endif %}
    {% do return(session_key if session_key is sequence else []) %}
{% endmacro %}

{#
    The sources that are chosen, a list: `event_source`, checked when dbt parses the
    project, for a model that isn't there stops dbt itself.
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

{# A list as it is, anything else as the one thing in a list. #}
{% macro as_list(value) %}
    {% do return([value] if value is string or value is not sequence else value | list) %}
{% endmacro %}

{# Of the chosen sources those that come with the project. #}
{% macro built_in_sources() %}
    {% do return(event_sources() | select("in", ["clevertap", "flat"]) | list) %}
{% endmacro %}

{# Of the chosen sources those of the user's own: they say themselves what a slice is. #}
{% macro own_sources() %}
    {% do return(event_sources() | reject("in", built_in_sources()) | list) %}
{% endmacro %}

{# Of the chosen sources those whose input is files: only these go and keep their rows. #}
{% macro file_sources() %}
    {% set of_tables = ["flat"] if var("events_relation", none) else [] %}
    {% do return(built_in_sources() | reject("in", of_tables) | list) %}
{% endmacro %}

{# When the run started, as a timestamp in UTC: SQL. #}
{% macro run_start() %}
    {%- do return(utc_timestamp(run_started_at)) -%}
{% endmacro %}
