{#
    The settings that the stored data depends on. A run with other settings would mix rows that
    do not belong together. int_build_settings keeps the settings beside the log, and a run
    compares them with its own before it writes anything.
#}

{#
    The query of this run's settings, with the columns name and value (a text). `rules` is the
    relation or file of the seed excluded_events.
#}
{% macro select_build_settings(rules) %}
    {%- set since = var("session_tracking_since") -%}
    {%- set settings = {
        "event_source": literal(
            ("any of " if var("event_source") is none else "") ~ event_sources() | sort | join(", ")
        ),
        "source_timezone": literal(zone("source_timezone")),
        "session_timeout_minutes": timeout_microseconds() ~ " / 60000000",
        "exclusion_rule_set": literal(var("exclusion_rule_set")),
        "user_identity": literal(var("user_identity")),
        "session_key": literal(session_key_columns() | join(", ")),
        "session_tracking": literal(var("session_tracking") | lower),
        "session_tracking_since": utc_timestamp(since) if since is not none else "'unset'",
        "clock_skew_tolerance_minutes":
            microseconds(var("clock_skew_tolerance_minutes")) ~ " / 60000000",
        "excluded_events": "(select "
            ~ sorted_texts("event_name || coalesce(' (' || nullif(campaign_type, '*') || ')', '')")
            ~ " from " ~ rules
            ~ " where rule_set = " ~ literal(var("exclusion_rule_set")) ~ ")",
        "version of the log": version_of_log(),
    } -%}
    {%- do settings.update(engine_settings()) -%}
    {%- if var("events_relation", none) -%}
        {%- do settings.update({"events_relation": literal(var("events_relation"))}) -%}
    {%- endif -%}
    {%- if sources_from_files() -%}
        {%- do settings.update({"events_path": literal(absolute_events_paths())}) -%}
    {%- endif -%}
    {%- if rebuilds_from_log() -%}
        {%- do settings.update({"rebuild_from": "'log'"}) -%}
    {%- endif -%}
    {%- if var("columns") -%}
        {%- do settings.update({"columns": literal(var("columns") | tojson)}) -%}
    {%- endif -%}
    {%- if var("app_ids") -%}
        {%- do settings.update({"app_ids": literal(var("app_ids") | dictsort)}) -%}
    {%- endif -%}
    {%- for name, value in settings.items() %}
    select
        {{ literal(name) }} as name,
        ({{ value }})::string as value
    {{ "union all" if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{# The settings that a query returns, name to text. #}
{% macro names_and_values(query) %}
    {% set settings = {} %}
    {% for row in run_query(query).rows %}
        {% do settings.update({row["name"]: row["value"]}) %}
    {% endfor %}
    {% do return(settings) %}
{% endmacro %}

{# The settings that the stored data was built with, name to text; empty if there are none. #}
{% macro stored_build_settings() %}
    {% set relation = stored_relation("int_build_settings") %}
    {% do return(names_and_values("select * from " ~ relation) if relation else {}) %}
{% endmacro %}

{#
    The version of what the log and int_sessions hold: raise it with each change that makes
    stored rows wrong, and with each new column.
#}
{% macro version_of_log() %}
    {% do return("8") %}
{% endmacro %}

{#
    Stops a run if its settings differ from those that the stored data was built with. It does
    not stop a run that builds everything anew. `tables` are the tables that the run drops. A
    rebuild from the log may change all settings but those of reading.
#}
{% macro check_build_settings(rules, tables) %}
    {% if tables or not is_anything_committed() %}{% do return(none) %}{% endif %}
    {% if flags.EMPTY %}
        {% do stop("--empty would empty what is stored: take another warehouse.") %}
    {% endif %}
    {% set stored = stored_build_settings() %}
    {% set rebuilds = rebuilds_from_log() %}
    {% if not rebuilds %}{% do check_log_is_of_this_version(stored) %}{% endif %}
    {% set current = names_and_values(select_build_settings(rules)) %}
    {% set fixed = settings_of_reading() if rebuilds
        else (stored.keys() | list + current.keys() | list) | unique %}
    {% set changed = [] %}
    {% for name in fixed if stored.get(name) != current.get(name) %}
        {% do changed.append(
            name ~ " is " ~ current.get(name, "unset") ~ " and was " ~ stored.get(name, "unset")
        ) %}
    {% endfor %}
    {% if changed and rebuilds %}
        {% do stop(
            changed | join("; ") ~ " when the warehouse was built, which a rebuild from the log"
            ~ " cannot change: set it back, or build from the input (rebuild_from: input)."
        ) %}
    {% elif changed %}
        {% do stop(
            changed | join("; ") ~ " when the warehouse was built: set it back, build anew ("
            ~ full_refresh_command() ~ "), or take another warehouse ("
            ~ variable_of_warehouse() ~ ")."
        ) %}
    {% endif %}
{% endmacro %}

{# Stops a run if a rebuild from the log was not finished, or if an older version built the log. #}
{% macro check_log_is_of_this_version(stored) %}
    {% if "rebuild_from" in stored %}
        {% do stop(
            "A rebuild from the log has not finished: repeat it, with the new settings or the old"
            ~ " ones (" ~ rebuild_command() ~ ")."
        ) %}
    {% elif stored.get("version of the log") != version_of_log() %}
        {% do stop(
            "An older version of Session Analytics built the warehouse: build anew ("
            ~ full_refresh_command() ~ (
                "; from the log, without the files: " ~ rebuild_command()
                if is_log_whole() else ""
            ) ~ "), or take another warehouse (" ~ variable_of_warehouse() ~ ")."
        ) %}
    {% endif %}
{% endmacro %}
