{# A text that holds a time, as a timestamp in UTC; null where it holds none. #}
{% macro read_time(text) -%}
    try_cast({{ text }} as timestamptz) at time zone 'UTC'
{%- endmacro %}

{# A variable that holds a time, as a timestamp in UTC. #}
{% macro utc_timestamp(value) -%}
    ({{ literal(value) }}::timestamptz at time zone 'UTC')
{%- endmacro %}

{#
    A local time of a zone as a timestamp in UTC. Where the clocks' change makes it exist
    twice, the later one; where it makes it not exist, by the offset before the change.
#}
{% macro local_to_utc(local_at, zone) -%}
    {{ local_at }} at time zone {{ literal(zone) }} at time zone 'UTC'
{%- endmacro %}

{#
    Whether a local time of a zone doesn't exist, or exists twice: the offsets of the day
    before and the day after differ, and both give that time, or neither does.
#}
{% macro is_time_ambiguous(local_at, zone) -%}
    {%- if zone == "UTC" -%}
        false
    {%- else -%}
        {%- set before = local_by_offset_of(local_at, zone, local_at ~ " - interval 1 day") -%}
        {%- set after = local_by_offset_of(local_at, zone, local_at ~ " + interval 1 day") -%}
        coalesce(
            {{ before }} != {{ after }}
            and ({{ utc_to_local(before, zone) }} = {{ local_at }})
            = ({{ utc_to_local(after, zone) }} = {{ local_at }}),
            false
        )
    {%- endif -%}
{%- endmacro %}

{# A timestamp in UTC as the local time of a zone. #}
{% macro utc_to_local(utc_at, zone) -%}
    ({{ utc_at }}) at time zone 'UTC' at time zone {{ literal(zone) }}
{%- endmacro %}

{# A local time as a timestamp in UTC, by the offset that the zone has at another, in UTC. #}
{% macro local_by_offset_of(local_at, zone, other_at) -%}
    {{ local_at }} - ({{ utc_to_local(other_at, zone) }} - ({{ other_at }}))
{%- endmacro %}
