{# Times, as each engine spells them. A time is a timestamp in UTC, without a zone. #}

{# The microseconds from 1970 to a time, an integer. #}
{% macro epoch_microseconds(at) %}
    {%- do return(adapter.dispatch("epoch_microseconds", "session_analytics")(at)) -%}
{% endmacro %}

{% macro duckdb__epoch_microseconds(at) %}
    {%- do return("epoch_us(" ~ at ~ ")") -%}
{% endmacro %}

{% macro spark__epoch_microseconds(at) %}
    {%- do return("unix_micros((" ~ at ~ ")::timestamp_ltz)") -%}
{% endmacro %}

{# The local time of a zone for a time. #}
{% macro utc_to_local(utc_at, zone) %}
    {%- do return(adapter.dispatch("utc_to_local", "session_analytics")(utc_at, zone)) -%}
{% endmacro %}

{% macro duckdb__utc_to_local(utc_at, zone) %}
    {%- do return(
        "((" ~ utc_at ~ ") at time zone 'UTC' at time zone " ~ literal(zone) ~ ")"
    ) -%}
{% endmacro %}

{% macro spark__utc_to_local(utc_at, zone) %}
    {%- do return("convert_timezone('UTC', " ~ literal(zone) ~ ", " ~ utc_at ~ ")") -%}
{% endmacro %}

{#
    The time for a local time of a zone. If a change of clocks makes the local time not exist, the
    offset before the change applies. If it makes it exist twice, the later time is taken.
#}
{% macro local_to_utc(local_at, zone) %}
    {%- do return(adapter.dispatch("local_to_utc", "session_analytics")(local_at, zone)) -%}
{% endmacro %}

{% macro duckdb__local_to_utc(local_at, zone) %}
    {%- do return(
        "((" ~ local_at ~ ") at time zone " ~ literal(zone) ~ " at time zone 'UTC')"
    ) -%}
{% endmacro %}

{#
    Spark takes the earlier one of two times. The later one has the offset of three hours after it:
    since 1970 no zone has put its clocks back by more.
#}
{% macro spark__local_to_utc(local_at, zone) %}
    {%- set earlier = "convert_timezone(" ~ literal(zone) ~ ", 'UTC', " ~ local_at ~ ")" -%}
    {%- set later = local_by_offset_of(local_at, zone, earlier ~ " + interval '3 hours'") -%}
    {%- do return(
        "(case when " ~ utc_to_local(later, zone) ~ " = " ~ local_at ~ " then " ~ later
        ~ " else " ~ earlier ~ " end)"
    ) -%}
{% endmacro %}

{# The time that a text says, with an offset or in UTC; null if it says none. #}
{% macro text_to_utc(text) %}
    {%- do return(adapter.dispatch("text_to_utc", "session_analytics")(text)) -%}
{% endmacro %}

{% macro duckdb__text_to_utc(text) %}
    {%- do return("try_cast(" ~ text ~ " as timestamptz) at time zone 'UTC'") -%}
{% endmacro %}

{#
    Spark needs seconds before an offset. It reads words such as `tomorrow`, hours without minutes
    and line breaks, which DuckDB does not.
#}
{% macro spark__text_to_utc(text) %}
    {%- set date = "[^\\S\\x0b]*[0-9]+-[0-9]+-[0-9]++" -%}
    {%- set with_seconds = with_replaced(
        text, "^(" ~ date ~ ")[T ]+([0-9]{1,2}:[0-9]{1,2})(?![0-9:.])", "\\1 \\2:00"
    ) -%}
    {%- do return(
        "(case when " ~ is_match(text, date ~ "(?:(?![T ])|[T ]+[0-9]+:)[^\\n\\x0b]*")
        ~ " then try_cast(" ~ with_seconds ~ " as timestamp_ltz)::timestamp_ntz end)"
    ) -%}
{% endmacro %}

{# A number of seconds, as an interval. DuckDB multiplies an interval by 32 bits only. #}
{% macro seconds(number) %}
    {%- do return(adapter.dispatch("seconds", "session_analytics")(number)) -%}
{% endmacro %}

{% macro duckdb__seconds(number) %}
    {%- do return("to_seconds(" ~ number ~ ")") -%}
{% endmacro %}

{% macro spark__seconds(number) %}
    {%- do return("(" ~ number ~ ") * interval '1 second'") -%}
{% endmacro %}

{# A time without its fraction of a second. #}
{% macro whole_second(at) %}
    {%- do return(adapter.dispatch("whole_second", "session_analytics")(at)) -%}
{% endmacro %}

{% macro duckdb__whole_second(at) %}
    {%- do return("date_trunc('second', " ~ at ~ ")") -%}
{% endmacro %}

{# Spark gives a time with a zone. #}
{% macro spark__whole_second(at) %}
    {%- do return("date_trunc('second', " ~ at ~ ")::timestamp_ntz") -%}
{% endmacro %}

{# The time now. #}
{% macro now_utc() %}
    {%- do return(adapter.dispatch("now_utc", "session_analytics")()) -%}
{% endmacro %}

{% macro duckdb__now_utc() %}
    {%- do return("now() at time zone 'UTC'") -%}
{% endmacro %}

{% macro spark__now_utc() %}
    {%- do return("current_timestamp()::timestamp_ntz") -%}
{% endmacro %}

{# The hour of a time as a text such as 2026-01-31T18. #}
{% macro hour_as_text(at) %}
    {%- do return(adapter.dispatch("hour_as_text", "session_analytics")(at)) -%}
{% endmacro %}

{% macro duckdb__hour_as_text(at) %}
    {%- do return("strftime(date_trunc('hour', " ~ at ~ "), '%Y-%m-%dT%H')") -%}
{% endmacro %}

{% macro spark__hour_as_text(at) %}
    {%- do return("date_format(" ~ at ~ ", \"yyyy-MM-dd'T'HH\")") -%}
{% endmacro %}

{# The number of a day's weekday: 1 is Monday. #}
{% macro weekday_of(day) %}
    {%- do return(adapter.dispatch("weekday_of", "session_analytics")(day)) -%}
{% endmacro %}

{% macro duckdb__weekday_of(day) %}
    {%- do return("isodow(" ~ day ~ ")") -%}
{% endmacro %}

{% macro spark__weekday_of(day) %}
    {%- do return("(weekday(" ~ day ~ ") + 1)::bigint") -%}
{% endmacro %}

{# The number of days from a day to another. #}
{% macro days_between(first, last) %}
    {%- do return(adapter.dispatch("days_between", "session_analytics")(first, last)) -%}
{% endmacro %}

{% macro duckdb__days_between(first, last) %}
    {%- do return("(" ~ last ~ " - " ~ first ~ ")") -%}
{% endmacro %}

{% macro spark__days_between(first, last) %}
    {%- do return("datediff(" ~ last ~ ", " ~ first ~ ")") -%}
{% endmacro %}

{#
    The days from `first` to `last`, `step` days apart: an item of a select that makes a row of each
    of them.
#}
{% macro rows_of_days(first, last, step=1) %}
    {%- do return(adapter.dispatch("rows_of_days", "session_analytics")(first, last, step)) -%}
{% endmacro %}

{% macro duckdb__rows_of_days(first, last, step) %}
    {%- do return(
        "unnest(generate_series(" ~ first ~ ", " ~ last ~ ", interval '" ~ step ~ " days'))::date"
    ) -%}
{% endmacro %}

{# Spark's sequence fails if it ends before it begins. #}
{% macro spark__rows_of_days(first, last, step) %}
    {%- do return(
        "explode(case when " ~ first ~ " <= " ~ last ~ " then sequence(" ~ first ~ ", " ~ last
        ~ ", interval '" ~ step ~ "' day) end)"
    ) -%}
{% endmacro %}

{# The first time after the year 9999. #}
{% macro end_of_times() %}
    {%- do return(adapter.dispatch("end_of_times", "session_analytics")()) -%}
{% endmacro %}

{% macro duckdb__end_of_times() %}
    {%- do return("timestamp '10000-01-01'") -%}
{% endmacro %}

{% macro spark__end_of_times() %}
    {%- do return("timestamp_ntz '+10000-01-01'") -%}
{% endmacro %}

{# Whether a time lies before all others. Spark has no such time. #}
{% macro is_minus_infinity(at) %}
    {%- do return(adapter.dispatch("is_minus_infinity", "session_analytics")(at)) -%}
{% endmacro %}

{% macro duckdb__is_minus_infinity(at) %}
    {%- do return(at ~ " = '-infinity'") -%}
{% endmacro %}

{% macro spark__is_minus_infinity(at) %}
    {%- do return("false") -%}
{% endmacro %}
