{#
    The time that a text holds, as a timestamp in UTC; null if the text holds none. Offsets go
    from -12:00 to +14:00. UTC, GMT and Z are the only names of zones that are read, because a
    name such as `BST` stands for several zones. Digits beyond a microsecond are dropped.
#}
{% macro read_time(text) -%}
    case
        when {{ is_match(text, '[0-9]+-[0-9]+-[0-9]+[ T]?[0-9:.]*Z?') }}
            then {{ text_to_utc(text) }}
        when {{ is_match(
            text,
            '(?i)\\s*[0-9]+[-/][0-9]+[-/][0-9]+(?:[T ]*[0-9:.]+)?\\s*(?:UTC|GMT|Z'
            ~ '|[+](?:0[0-9]|1[0-3])(?::?[0-5][0-9]){0,2}|[+]14(?::?00){0,2}'
            ~ '|-(?:0[0-9]|1[01])(?::?[0-5][0-9]){0,2}|-12(?::?00){0,2})?\\s*'
            ~ '|\\s*-?infinity\\s*'
        ) }}
            then {{ text_to_utc(with_replaced(
                with_replaced("upper(" ~ text ~ ")", '\\s*(?:UTC|GMT|Z)\\s*$', 'Z'),
                '\\s+([+-])', '\\1'
            )) }}
    end
{%- endmacro %}

{# The time that a variable holds, as a timestamp in UTC. #}
{% macro utc_timestamp(value) -%}
    ({{ text_to_utc(literal(value)) }})
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

{# A local time as a timestamp in UTC, by the offset that the zone has at another time in UTC. #}
{% macro local_by_offset_of(local_at, zone, other_at) -%}
    {{ local_at }} - ({{ utc_to_local(other_at, zone) }} - ({{ other_at }}))
{%- endmacro %}
