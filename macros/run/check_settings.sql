{#
    Checks the variables of the project before a run writes anything. A check that fails stops
    the run with one sentence, which names the variable, the value found and the value expected.
    docs/settings.md explains each variable.
#}

{% macro check_settings() %}
    {% do check_names_of_variables() %}
    {% do check_numbers() %}
    {% do check_times() %}
    {% do check_time_zones() %}
    {% do check_session_key() %}
    {% do check_names_of_columns() %}
    {% do check_file_sources() %}
    {% set app_ids = var("app_ids") or {} %}
    {% if app_ids is not mapping or app_ids.keys() | reject("in", event_sources()) | list
        or app_ids.values() | reject("string") | list or "" in app_ids.values() %}
        {% do stop(
            "app_ids is " ~ shown(var("app_ids")) ~ ": expected an app for sources of"
            ~ " event_source (" ~ event_sources() | join(", ") ~ "), such as {"
            ~ event_sources()[0] ~ ": my-app}."
        ) %}
    {% endif %}
    {% set key_events = var("key_events") %}
    {% if key_events is string or key_events is not sequence
        or key_events | reject("string") | list %}
        {% do stop(
            "key_events is " ~ shown(key_events) ~ ": expected a list of names of events, such as"
            ~ " [Charged]."
        ) %}
    {% endif %}
    {% if var("product_name") is not none and var("product_name") is not string %}
        {% do stop(
            "product_name is " ~ shown(var("product_name")) ~ ": expected nothing, or a text."
        ) %}
    {% endif %}
    {% if var("user_identity") not in ["identity", "device"] %}
        {% do stop(
            "user_identity is " ~ shown(var("user_identity")) ~ ": expected identity or device."
        ) %}
    {% endif %}
    {% if var("rebuild_from") not in ["input", "log"] %}
        {% do stop("rebuild_from is " ~ shown(var("rebuild_from")) ~ ": expected input or log.") %}
    {% endif %}
    {% for name in ["session_tracking", "forget_gone_files", "board_sessions"]
        if var(name) is not boolean %}
        {% do stop(name ~ " is " ~ shown(var(name)) ~ ": expected true or false.") %}
    {% endfor %}
{% endmacro %}

{#
    Stops the run unless file_sources has every source that reads files: their models read raw
    views, of which a run makes one for each of these.
#}
{% macro check_file_sources() %}
    {% set needed = ["flat"] %}
    {% for source in graph.sources.values()
        if source.schema == raw_schema() and source.identifier == source.source_name ~ "_records" %}
        {% do needed.append(source.source_name) %}
    {% endfor %}
    {% set missing = needed | reject("in", as_list(var("file_sources"))) | sort %}
    {% if missing %}
        {% do stop(
            "file_sources is " ~ shown(var("file_sources")) ~ ": expected " ~ missing | join(", ")
            ~ " in it, too. The variable event_source chooses among the sources."
        ) %}
    {% endif %}
{% endmacro %}

{# Stops the run unless a variable is a number from `least` to `most`. #}
{% macro check_number(name, least, most, expected) %}
    {% set value = var(name) %}
    {% if value is not number or value is boolean or not least <= value <= most %}
        {% do stop(name ~ " is " ~ shown(value) ~ ": expected " ~ expected ~ ".") %}
    {% endif %}
{% endmacro %}

{# Stops the run unless a variable is a whole number from `least` to `most` of a unit. #}
{% macro check_whole_number(name, least, most, unit) %}
    {% set expected = "a whole number of " ~ unit ~ ", from " ~ least ~ " to " ~ most %}
    {% do check_number(name, least, most, expected) %}
    {% if var(name) is not integer %}
        {% do stop(name ~ " is " ~ shown(var(name)) ~ ": expected " ~ expected ~ ".") %}
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
    {% if var("stale_after_minutes") is not none %}
        {% do check_number(
            "stale_after_minutes", 1, 5256000,
            "nothing, or a number of minutes, from 1 to ten years (5256000)"
        ) %}
    {% endif %}
    {% do check_whole_number("board_days", 1, 3660, "days") %}
    {% set periods = var("board_periods") %}
    {% if periods is string or periods is not sequence or not periods
        or periods | reject("integer") | list or periods | select("boolean") | list
        or periods | min < 1 or periods | max > 183 or periods | unique | list != periods %}
        {% do stop(
            "board_periods is " ~ shown(periods) ~ ": expected a list of different whole numbers"
            ~ " of days, each from 1 to 183."
        ) %}
    {% endif %}
    {% do check_whole_number("bounce_max_events", 0, 1000000, "events") %}
    {% do check_whole_number("bounce_max_seconds", 0, 86400, "seconds") %}
    {% do check_whole_number("engaged_min_events", 1, 1000000, "events") %}
    {% do check_whole_number("engaged_min_seconds", 0, 86400, "seconds") %}
    {% set slices = var("slices_per_run") %}
    {% if slices is not none and (slices is not integer or slices is boolean or slices < 1) %}
        {% do stop(
            "slices_per_run is " ~ shown(slices) ~ ": expected a whole number, 1 or more."
        ) %}
    {% endif %}
{% endmacro %}

{% macro check_times() %}
    {% for name in ["as_of", "session_tracking_since"] if var(name) is not none %}
        {% set is_time = query_values(
            "select coalesce(" ~ utc_timestamp(var(name))
            ~ " between timestamp '2000-01-01' and timestamp '9999-12-31', false)"
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
    {% if session_zone() != "UTC" %}
        {% do stop(
            "The setting TimeZone of the profile is " ~ shown(session_zone())
            ~ ": expected UTC (settings: {TimeZone: UTC})."
        ) %}
    {% endif %}
    {% for name in ["timezone", "source_timezone"] %}
        {% if not is_known_zone(zone(name)) %}
            {% do stop(
                name ~ " is " ~ shown(zone(name))
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
