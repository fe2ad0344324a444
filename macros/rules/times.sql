{#
    The time that a text holds, as a timestamp in UTC; null if the text holds none. Offsets go
    from -12:00 to +14:00. UTC, GMT and Z are the only names of zones that are read, because a
    name such as `BST` stands for several zones. Digits beyond a microsecond are dropped.
#}
{% macro read_time(text) -%}
    case
        when regexp_full_match({{ text }}, '[0-9]+-[0-9]+-[0-9]+[ T]?[0-9:.]*Z?')
            then try_cast({{ text }} as timestamptz) at time zone 'UTC'
        when regexp_full_match(
            {{ text }},
            '(?i)\s*[0-9]+[-/][0-9]+[-/][0-9]+(?:[T ]*[0-9:.]+)?\s*(?:UTC|GMT|Z'
            || '|[+](?:0[0-9]|1[0-3])(?::?[0-5][0-9]){0,2}|[+]14(?::?00){0,2}'
            || '|-(?:0[0-9]|1[01])(?::?[0-5][0-9]){0,2}|-12(?::?00){0,2})?\s*'
            || '|\s*-?infinity\s*'
        )
            then try_cast(
                regexp_replace(
                    regexp_replace(upper({{ text }}), '\s*(?:UTC|GMT|Z)\s*$', 'Z'),
                    '\s+([+-])', '\1'
                ) as timestamptz
            ) at time zone 'UTC'
    end
{%- endmacro %}

{# The time that a variable holds, as a timestamp in UTC. #}
{% macro utc_timestamp(value) -%}
    ({{ literal(value) }}::timestamptz at time zone 'UTC')
{%- endmacro %}

{#
    A local time of a zone, as a timestamp in UTC. If a change of clocks makes the time exist
    twice, the later one is taken. If the change makes it not exist, the offset before the change
    applies.
#}
{% macro local_to_utc(local_at, zone) -%}
    {{ local_at }} at time zone {{ literal(zone) }} at time zone 'UTC'
{%- endmacro %}

{#
    Whether a local time of a zone does not exist or exists twice. In both cases the offsets of
    the day before and the day after differ. If the time exists twice, both offsets give it; if it
    does not exist, neither does.
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

{# The local time of a zone for a timestamp in UTC. #}
{% macro utc_to_local(utc_at, zone) -%}
    ({{ utc_at }}) at time zone 'UTC' at time zone {{ literal(zone) }}
{%- endmacro %}

{# A local time as a timestamp in UTC, by the offset that the zone has at another time in UTC. #}
{% macro local_by_offset_of(local_at, zone, other_at) -%}
    {{ local_at }} - ({{ utc_to_local(other_at, zone) }} - ({{ other_at }}))
{%- endmacro %}
