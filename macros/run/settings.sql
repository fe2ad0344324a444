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
    The source that is chosen: `event_source`, checked when dbt parses the project, for a
    model that isn't there stops dbt itself.
#}
{% macro event_source() %}
    {% set known = var("staging_sources") %}
    {% set known = [known] if known is string or known is not sequence else known %}
    {% if var("event_source") not in known %}
        {% do stop(
            "event_source is " ~ shown(var("event_source")) ~ ": expected one of "
            ~ known | join(", ") ~ " (variable staging_sources)."
        ) %}
    {% endif %}
    {% do return(var("event_source")) %}
{% endmacro %}
