{#
    Logs how old the newest event in the warehouse is, for `dbt source freshness`. Stops if it is
    older than the variable stale_after_minutes. operations/freshness.py says the same.
#}
{% macro check_newest_event() %}
    {% set clock = stored_relation("int_session_clock") %}
    {% set found = run_query(
        "select strftime(newest_event_at, '%Y-%m-%d %H:%M:%S') as newest,"
        ~ " greatest(epoch(" ~ run_start() ~ " - newest_event_at) / 60, 0) as minutes"
        ~ " from " ~ clock ~ " where newest_event_at is not null"
    ).rows if clock else [] %}
    {% if not found %}
        {% do log("There is no event in the warehouse yet.", info=true) %}
    {% else %}
        {% set minutes = found[0]["minutes"] | float %}
        {% if var("stale_after_minutes") is not none and minutes > var("stale_after_minutes") %}
            {% do stop(
                "Nothing has arrived for " ~ age_in_words(minutes) ~ ": the newest event is of "
                ~ found[0]["newest"] ~ " UTC, and stale_after_minutes is "
                ~ var("stale_after_minutes") ~ ": look at what delivers the events."
            ) %}
        {% endif %}
        {% do log("The newest event is " ~ age_in_words(minutes) ~ " old: it is of "
            ~ found[0]["newest"] ~ " UTC.", info=true) %}
    {% endif %}
{% endmacro %}

{# Minutes in words, in the largest unit of which there are two or more. #}
{% macro age_in_words(minutes) %}
    {% for unit, size in [("days", 1440), ("hours", 60), ("minutes", 1)]
        if minutes >= 2 * size %}
        {% do return((minutes // size) | int ~ " " ~ unit) %}
    {% endfor %}
    {% do return("a minute") %}
{% endmacro %}
