{#
    The rules of a session, each said once: docs/rules.md has them in words, under the same
    numbers. Arguments and results are SQL expressions.
#}

{# R1: the timeout in microseconds, an integer. #}
{% macro timeout_microseconds() -%}
    {{ microseconds(var("session_timeout_minutes")) }}
{%- endmacro %}

{# R1: the timeout as an interval. #}
{% macro timeout() -%}
    interval '{{ timeout_microseconds() }} microseconds'
{%- endmacro %}

{#
    The number of the aligned stretch of one timeout's length in which a time lies. Two
    events of one session key in the same slot lie less than the timeout apart.
#}
{% macro slot(event_at) -%}
    epoch_us({{ event_at }}) // {{ timeout_microseconds() }}
{%- endmacro %}

{#
    R1: whether a span of events starts a session: it is the first of its key, or the last
    event before it is a timeout away, or more (R4: compared in microseconds).
#}
{% macro starts_session(first_at, previous_last_at) -%}
    coalesce(
        epoch_us({{ first_at }}) - epoch_us({{ previous_last_at }})
        >= {{ timeout_microseconds() }},
        true
    )
{%- endmacro %}

{#
    R5: the session key of a row of `relation`: the one column, or each column with its
    length before it.
#}
{% macro session_key(relation=none) -%}
    {%- set columns = [] -%}
    {%- for column in session_key_columns() -%}
        {%- do columns.append((relation ~ "." if relation else "") ~ column) -%}
    {%- endfor -%}
    {%- if columns | length == 1 -%}
        {{ columns[0] }}
    {%- else -%}
        {{ with_lengths(columns) }}
    {%- endif -%}
{%- endmacro %}

{# R7: the id of a session that starts at a time. #}
{% macro ct_session_id(session_started_at, session_key) -%}
    concat(
        epoch_us({{ session_started_at }}) // 1000000,
        '-',
        left(md5({{ session_key }}), 16)
    )
{%- endmacro %}

{# R6: whole seconds from one time to another, rounded down. #}
{% macro whole_seconds(first_at, last_at) -%}
    (epoch_us({{ last_at }}) - epoch_us({{ first_at }})) // 1000000
{%- endmacro %}
