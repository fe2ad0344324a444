{#
    The rules of the board. docs/rules.md has them in words, under the same numbers. Arguments and
    results are SQL expressions.
#}

{#
    R10: the local time, in the time zone of the variable timezone, of a time in UTC. In UTC it is
    the time itself, because a calendar function would cost more than the rest of the board.
#}
{% macro local_time(event_at) -%}
    {%- if zone("timezone") == "UTC" -%}
        ({{ event_at }})
    {%- else -%}
        {{ utc_to_local(event_at, zone("timezone")) }}
    {%- endif -%}
{%- endmacro %}

{# R10: the local day, in the time zone of the variable timezone, of a time in UTC. #}
{% macro local_day(event_at) -%}
    {{ local_time(event_at) }}::date
{%- endmacro %}

{#
    R10: the start (UTC) of a day in the time zone of the variable timezone. If clocks go back to
    exactly midnight, midnight comes twice and the calendar function gives the second one. The
    time by which the clocks went back lies between the two, so it is subtracted.
#}
{% macro start_of_day(day) -%}
    {%- if zone("timezone") == "UTC" -%}
        ({{ day }})::timestamp
    {%- else -%}
        {%- set midnight = "(" ~ day ~ ")::timestamp" -%}
        {%- set calendar = local_to_utc(midnight, zone("timezone")) -%}
        ({{ calendar }} - (
            {{ local_time(calendar ~ " - interval '1 microsecond'") }}
            + interval '1 microsecond' - {{ midnight }}
        ))
    {%- endif -%}
{%- endmacro %}
