{#
    The rules of the session clock and the board, each said once: docs/rules.md has them in words, under the same
    numbers. Arguments and results are SQL expressions.
#}

{#
    R8: the session clock, an aggregate over the accepted events: the variable as_of, else
    the latest time by which an event is known to have happened, which is no later than the
    start of the run and the tolerance: one row that says 2038 can't move the board.
#}
{% macro session_clock() -%}
    {%- if var("as_of") is none -%}
        least(
            max(least(event_at, loaded_at)),
            {{ run_start() }}
            + interval '{{ microseconds(var("clock_skew_tolerance_minutes")) }} microseconds'
        )
    {%- elif var("as_of") == "now" -%}
        now() at time zone 'UTC'
    {%- else -%}
        {{ utc_timestamp(var("as_of")) }}
    {%- endif -%}
{%- endmacro %}

{# R10: how many days before its last day the board's window begins, an integer. #}
{% macro days_before_last() -%}
    {{ (var("board_days") | int) - 1 }}
{%- endmacro %}

{#
    R10: a time (UTC) as the clocks of the variable timezone show it. In UTC it is the time
    itself: to ask the calendar costs more than all else of the board.
#}
{% macro local_time(event_at) -%}
    {%- if var("timezone") == "UTC" -%}
        ({{ event_at }})
    {%- else -%}
        (({{ event_at }}) at time zone 'UTC' at time zone '{{ var("timezone") }}')
    {%- endif -%}
{%- endmacro %}

{# R10: the day in the variable timezone on which a time (UTC) falls. #}
{% macro local_day(event_at) -%}
    {{ local_time(event_at) }}::date
{%- endmacro %}

{#
    R10: the first instant (UTC) from which on it is a day, or later, in the variable
    timezone. Where clocks go back to midnight exactly it is midnight twice, and the
    calendar gives the second: what the clocks went back by lies between them.
#}
{% macro start_of_day(day) -%}
    {%- if var("timezone") == "UTC" -%}
        ({{ day }})::timestamp
    {%- else -%}
        {%- set midnight = "(" ~ day ~ ")::timestamp" -%}
        {%- set calendar = "(" ~ midnight ~ " at time zone '" ~ var("timezone") ~ "' at time zone 'UTC')" -%}
        ({{ calendar }} - (
            {{ local_time(calendar ~ " - interval '1 microsecond'") }}
            + interval '1 microsecond' - {{ midnight }}
        ))
    {%- endif -%}
{%- endmacro %}
