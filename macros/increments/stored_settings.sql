{#
    The settings that what is stored depends on: a run with others would mix what does not
    belong together. They are stored with it (int_settings), and compared before a run
    writes anything.
#}

{#
    The query of this run's settings: name, value (a text). `rules` is where the seed
    excluded_events is.
#}
{% macro select_settings(rules) %}
    {%- set since = var("session_tracking_since") -%}
    {%- set settings = {
        "event_source": literal(event_sources() | sort | join(", ")),
        "source_timezone": literal(var("source_timezone")),
        "session_timeout_minutes": timeout_microseconds() ~ " / 60000000",
        "exclusion_rule_set": literal(var("exclusion_rule_set")),
        "user_identity": literal(var("user_identity")),
        "session_key": literal(session_key_columns() | join(", ")),
        "session_tracking": literal(var("session_tracking")),
        "session_tracking_since": utc_timestamp(since) if since is not none else "'unset'",
        "clock_skew_tolerance_minutes":
            microseconds(var("clock_skew_tolerance_minutes")) ~ " / 60000000",
        "excluded_events": "(select string_agg("
            ~ "event_name || coalesce(' (' || campaign_type || ')', ''), ', '"
            ~ " order by event_name, campaign_type) from " ~ rules
            ~ " where rule_set = " ~ literal(var("exclusion_rule_set")) ~ ")",
        "hash() of DuckDB": "hash('session analytics', 1)",
        "version of the log": "4",
    } -%}
    {%- if var("events_relation", none) -%}
        {%- do settings.update({"events_relation": literal(var("events_relation"))}) -%}
    {%- endif -%}
    {%- if file_sources() -%}
        {%- do settings.update({"events_path": literal(absolute_events_paths())}) -%}
    {%- endif -%}
    {%- if var("app_ids") -%}
        {%- do settings.update({"app_ids": literal(var("app_ids") | dictsort)}) -%}
    {%- endif -%}
    {%- for name, value in settings.items() %}
    select
        {{ literal(name) }} as name,
        ({{ value }})::varchar as value
    {{ "union all" if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{# Settings out of a query of them, name to text. #}
{% macro settings_of(query) %}
    {% set settings = {} %}
    {% for row in run_query(query).rows %}
        {% do settings.update({row["name"]: row["value"]}) %}
    {% endfor %}
    {% do return(settings) %}
{% endmacro %}

{# The settings that what is stored was built with, name to text; empty where none are. #}
{% macro stored_settings() %}
    {% set relation = stored_relation("int_settings") %}
    {% do return(settings_of("from " ~ relation) if relation else {}) %}
{% endmacro %}

{# Stops a run whose settings are not those that what is stored was built with. #}
{% macro check_stored_settings(rules) %}
    {% set stored = stored_settings() %}
    {% set current = settings_of(select_settings(rules)) %}
    {% set changed = [] %}
    {% for name in (stored.keys() | list + current.keys() | list) | unique
        if stored.get(name) != current.get(name) %}
        {% do changed.append(
            name ~ " is " ~ current.get(name, "unset") ~ " and was " ~ stored.get(name, "unset")
        ) %}
    {% endfor %}
    {% if changed %}
        {% do stop(
            changed | join("; ") ~ " when the warehouse was built: set it back, build anew with"
            ~ " --full-refresh, or take another warehouse (WAREHOUSE_PATH)."
        ) %}
    {% endif %}
{% endmacro %}
