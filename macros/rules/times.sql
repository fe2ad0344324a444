{#
    A text that holds a time, as a timestamp in UTC; null where it holds none. Offsets are
    those that the Earth has, -12:00 to +14:00; of names of zones only UTC, GMT and Z are
    taken, for `BST` is several. What is finer than a microsecond is cut.
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
