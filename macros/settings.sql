{#
    The variables of the project, checked before a run writes anything.
    Each check stops the run with one sentence: the variable, what was found, what is
    expected (DESIGN G6). docs/settings.md says what each variable means.
#}

{# Stops the run with one sentence. #}
{% macro stop(sentence) %}
    {% do exceptions.raise_compiler_error(sentence) %}
{% endmacro %}

{# The first column of a query's rows, as a list. #}
{% macro query_values(query) %}
    {% do return(run_query(query).columns[0].values() | list) %}
{% endmacro %}

{# A text as a SQL literal. #}
{% macro literal(text) %}
    {%- do return("'" ~ (text | string | replace("'", "''")) ~ "'") -%}
{% endmacro %}

{# A list of texts as SQL literals, separated by commas. #}
{% macro literals(texts) %}
    {%- set quoted = [] -%}
    {%- for text in texts -%}
        {%- do quoted.append(literal(text)) -%}
    {%- endfor -%}
    {%- do return(quoted | join(", ")) -%}
{% endmacro %}

{# The columns of the session key (R5), a list. #}
{% macro session_key_columns() %}
    {% set session_key = var("session_key") %}
    {% do return([session_key] if session_key is string else session_key) %}
{% endmacro %}

{% macro check_settings() %}
    {% do check_names_of_variables() %}
    {% do check_numbers() %}
    {% do check_times() %}
    {% do check_time_zones() %}
    {% do check_session_key() %}
    {% do check_switches() %}
{% endmacro %}

{# A variable that nothing reads, one typing error away from one that something does. #}
{% macro check_names_of_variables() %}
    {% set known = [
        "event_source", "staging_sources", "events_path", "events_relation",
        "source_timezone", "session_timeout_minutes", "exclusion_rule_set",
        "session_key", "session_tracking", "session_tracking_since",
        "clock_skew_tolerance_minutes", "as_of", "timezone", "board_days",
    ] %}
    {% for name in invocation_args_dict.get("vars", {}) if name not in known %}
        {% set near = query_values(
            "select name from (select unnest([" ~ literals(known)
            ~ "]) as name) where damerau_levenshtein(name, lower("
            ~ literal(name) ~ ")) <= 2"
            ~ " order by damerau_levenshtein(name, lower("
            ~ literal(name) ~ ")), name"
        ) %}
        {% if near %}
            {% do stop(
                "There is no variable " ~ name ~ ": expected " ~ near[0] ~ "."
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro check_numbers() %}
    {% set timeout = var("session_timeout_minutes") %}
    {% if timeout is not number or timeout is boolean or timeout * 60 < 1
        or timeout == timeout + 1 %}
        {% do stop(
            "session_timeout_minutes is " ~ timeout | tojson
            ~ ": expected a number of minutes, at least one second (0.0167)."
        ) %}
    {% endif %}
    {% set tolerance = var("clock_skew_tolerance_minutes") %}
    {% if tolerance is not number or tolerance is boolean or tolerance < 0 %}
        {% do stop(
            "clock_skew_tolerance_minutes is " ~ tolerance | tojson
            ~ ": expected a number of minutes, 0 or more."
        ) %}
    {% endif %}
    {% set days = var("board_days") %}
    {% if days is not integer or days is boolean or days < 1 %}
        {% do stop(
            "board_days is " ~ days | tojson ~ ": expected a whole number of days, 1 or more."
        ) %}
    {% endif %}
{% endmacro %}

{% macro check_times() %}
    {% for name in ["as_of", "session_tracking_since"] if var(name) is not none %}
        {% set is_time = query_values(
            "select isfinite(try_cast(" ~ literal(var(name))
            ~ " as timestamptz)) is true"
        )[0] %}
        {% if not is_time and not (name == "as_of" and var(name) == "now") %}
            {% do stop(
                name ~ " is " ~ var(name) | string | tojson ~ ": expected a timestamp such as 2026-01-31 18:00:00"
                ~ (", or now." if name == "as_of" else ".")
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro check_time_zones() %}
    {% for name in ["timezone", "source_timezone"] %}
        {% set known = query_values(
            "select count(*) from pg_timezone_names() where name = "
            ~ literal(var(name))
        )[0] %}
        {% if not known %}
            {% do stop(
                name ~ " is " ~ var(name) | string | tojson
                ~ ": expected a time zone of the IANA database such as Europe/Berlin."
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro check_session_key() %}
    {% set columns = session_key_columns() %}
    {% set known = event_columns()
        | selectattr("type", "equalto", "varchar") | map(attribute="name") | list %}
    {% for column in columns if column not in known %}
        {% do stop(
            "session_key has " ~ column ~ ": expected columns out of " ~ known | join(", ") ~ "."
        ) %}
    {% endfor %}
    {% if "user_id" not in columns %}
        {% do stop(
            "session_key is " ~ columns | tojson
            ~ ": expected a list of columns that holds user_id."
        ) %}
    {% endif %}
{% endmacro %}

{% macro check_switches() %}
    {% if var("session_tracking") is not boolean %}
        {% do stop(
            "session_tracking is " ~ var("session_tracking") | tojson ~ ": expected true or false."
        ) %}
    {% endif %}
{% endmacro %}
