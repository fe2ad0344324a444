{# A text that holds a time, as a timestamp in UTC; null where it holds none. #}
{% macro read_time(text) -%}
    try_cast({{ text }} as timestamptz) at time zone 'UTC'
{%- endmacro %}

{# A variable that holds a time, as a timestamp in UTC. #}
{% macro utc_timestamp(value) -%}
    ({{ literal(value) }}::timestamptz at time zone 'UTC')
{%- endmacro %}
