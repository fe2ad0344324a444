{#
    The rules of a session. docs/rules.md has them in words, under the same numbers. Arguments and
    results are SQL expressions.
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
    R5: the session key of a row of `relation`. If the key is one column, it is the column; if the
    key is several columns, it is each value with its length before it.
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

{# R7: the id of a session, from its start and its key. #}
{% macro ct_session_id(session_started_at, session_key) -%}
    concat(
        {{ quotient(epoch_microseconds(session_started_at), 1000000) }},
        '-',
        left(md5({{ session_key }}), 16)
    )
{%- endmacro %}
