{#
    Stops the run if a variable is unknown and its name is one or two typing errors away from a
    known name. It checks the variables of the command line, those of our own project, and those
    that another project sets under our name.
#}
{% macro check_names_of_variables() %}
    {% set known = [
        "event_source", "app_ids", "file_sources", "staging_sources", "columns", "events_path",
        "events_relation", "source_timezone", "user_identity", "session_timeout_minutes",
        "exclusion_rule_set", "session_key", "session_tracking", "session_tracking_since",
        "clock_skew_tolerance_minutes", "as_of", "stale_after_minutes", "timezone", "board_days",
        "board_periods", "key_events", "bounce_max_events", "bounce_max_seconds",
        "engaged_min_events", "engaged_min_seconds", "product_name", "slices_per_run",
        "forget_gone_files", "rebuild_from", "board_sessions",
    ] %}
    {% set variables = project_variables() %}
    {% set names = (invocation_args_dict.get("vars") or {}).keys() | list
        + (variables.get("session_analytics") or {}).keys() | list
        + (variables.keys() | list if project_name == "session_analytics" else []) %}
    {% for name in names if name not in known and name != "session_analytics" %}
        {% set near = names_near(name, known) %}
        {% if near %}
            {% do stop("There is no variable " ~ name ~ ": expected " ~ near[0] ~ ".") %}
        {% endif %}
    {% endfor %}
{% endmacro %}
