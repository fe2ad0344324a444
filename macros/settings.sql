{#
    The variables of the project, checked before a run writes anything. A check that fails
    stops the run with one sentence: the variable, what was found, what is expected
    (DESIGN G6). docs/settings.md says what each variable means.
#}

{#
    Stops the run with one sentence. Of dbt's exceptions this is the one that prints
    nothing but the sentence: a compiler error adds the macros that led to it.
#}
{% macro stop(sentence) %}
    {% do exceptions.raise_dependency_error(sentence) %}
{% endmacro %}

{# A value as messages show it: texts in quotes. #}
{% macro shown(value) %}
    {% do return(value | tojson if value is string else value | string) %}
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
    {% if var("event_source") not in known %}
        {% do stop(
            "event_source is " ~ shown(var("event_source")) ~ ": expected one of "
            ~ known | join(", ") ~ " (variable staging_sources)."
        ) %}
    {% endif %}
    {% do return(var("event_source")) %}
{% endmacro %}

{% macro check_settings() %}
    {% do check_names_of_variables() %}
    {% do check_numbers() %}
    {% do check_times() %}
    {% do check_time_zones() %}
    {% do check_session_key() %}
    {% if var("session_tracking") is not boolean %}
        {% do stop(
            "session_tracking is " ~ shown(var("session_tracking"))
            ~ ": expected true or false."
        ) %}
    {% endif %}
{% endmacro %}

{#
    A variable that nothing reads, a typing error or two away from one that something does:
    of the command line, of our own project, and of another's under our name.
#}
{% macro check_names_of_variables() %}
    {% set known = [
        "event_source", "staging_sources", "events_path", "events_relation",
        "source_timezone", "session_timeout_minutes", "exclusion_rule_set",
        "session_key", "session_tracking", "session_tracking_since",
        "clock_skew_tolerance_minutes", "as_of", "timezone", "board_days",
    ] %}
    {% set project_file = literal(invocation_args_dict["project_dir"] ~ "/dbt_project.yml") %}
    {% set project = fromyaml(
        query_values("select content from read_text(" ~ project_file ~ ")")[0]
    ) %}
    {% set project_variables = project.get("vars") or {} %}
    {% set names = (invocation_args_dict.get("vars") or {}).keys() | list
        + (project_variables.get("session_analytics") or {}).keys() | list
        + (project_variables.keys() | list if project.name == "session_analytics" else []) %}
    {% for name in names if name not in known and name != "session_analytics" %}
        {% set near = query_values(
            "select unnest(list_sort(list_filter([" ~ literals(known) ~ "], lambda known:"
            ~ " damerau_levenshtein(known, lower(" ~ literal(name) ~ ")) <= 2)))"
        ) %}
        {% if near %}
            {% do stop("There is no variable " ~ name ~ ": expected " ~ near[0] ~ ".") %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{# Stops the run unless a variable is a number from `least` to `most`. #}
{% macro check_number(name, least, most, expected) %}
    {% set value = var(name) %}
    {% if value is not number or value is boolean or not least <= value <= most %}
        {% do stop(name ~ " is " ~ shown(value) ~ ": expected " ~ expected ~ ".") %}
    {% endif %}
{% endmacro %}

{% macro check_numbers() %}
    {% do check_number(
        "session_timeout_minutes", 1 / 60, 5256000,
        "a number of minutes, from one second (0.0167) to ten years (5256000)"
    ) %}
    {% do check_number(
        "clock_skew_tolerance_minutes", 0, 5256000,
        "a number of minutes, from 0 to ten years (5256000)"
    ) %}
    {% do check_number("board_days", 1, 3660, "a whole number of days, from 1 to 3660") %}
    {% if var("board_days") is not integer %}
        {% do stop(
            "board_days is " ~ shown(var("board_days")) ~ ": expected a whole number of days."
        ) %}
    {% endif %}
{% endmacro %}

{% macro check_times() %}
    {% for name in ["as_of", "session_tracking_since"] if var(name) is not none %}
        {% set is_time = query_values(
            "select coalesce(isfinite(try_cast(" ~ literal(var(name)) ~ " as timestamptz)), false)"
        )[0] %}
        {% if not is_time and not (name == "as_of" and var(name) == "now") %}
            {% do stop(
                name ~ " is " ~ shown(var(name)) ~ ": expected a timestamp such as"
                ~ " 2026-01-31 18:00:00" ~ (", or now." if name == "as_of" else ".")
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro check_time_zones() %}
    {% set session_zone = query_values("select current_setting('TimeZone')")[0] %}
    {% if session_zone != "UTC" %}
        {% do stop(
            "The setting TimeZone of the profile is " ~ shown(session_zone)
            ~ ": expected UTC (settings: {TimeZone: UTC})."
        ) %}
    {% endif %}
    {% for name in ["timezone", "source_timezone"] %}
        {% set known = query_values(
            "select count(*) from pg_timezone_names() where name = " ~ literal(var(name))
        )[0] %}
        {% if not known %}
            {% do stop(
                name ~ " is " ~ shown(var(name))
                ~ ": expected a time zone of the IANA database such as Europe/Berlin."
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro check_session_key() %}
    {% set columns = session_key_columns() %}
    {% set known = event_columns()
        | selectattr("type", "equalto", "varchar") | map(attribute="name") | list %}
    {% if columns | reject("in", known) | list or "user_id" not in columns %}
        {% do stop(
            "session_key is " ~ shown(var("session_key")) ~ ": expected a list that holds"
            ~ " user_id, of the columns " ~ known | join(", ") ~ "."
        ) %}
    {% endif %}
{% endmacro %}
