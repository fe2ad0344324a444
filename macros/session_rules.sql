{#
    The rules of a session (DESIGN section 2), each said once. Arguments and results are
    SQL expressions.
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

{#
    R8: the session clock, an aggregate over the accepted events: the variable as_of, else
    the latest time by which an event is known to have happened.
#}
{% macro session_clock() -%}
    {%- if var("as_of") is none -%}
        max(least(event_at, loaded_at))
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

{# R10: the day in the variable timezone on which a time (UTC) falls. #}
{% macro local_day(event_at) -%}
    ({{ event_at }} at time zone 'UTC' at time zone '{{ var("timezone") }}')::date
{%- endmacro %}

{# R10: the first instant (UTC) of a day in the variable timezone. #}
{% macro start_of_day(day) -%}
    (({{ day }})::timestamp at time zone '{{ var("timezone") }}' at time zone 'UTC')
{%- endmacro %}

{# R2: whether an event came through the API: in any case, white space around it ignored. #}
{% macro is_api(source) -%}
    coalesce(
        regexp_full_match(
            {{ source }},
            '(?i)[{{ white_space() }}]*api[{{ white_space() }}]*'
        ),
        false
    )
{%- endmacro %}

{# R3: whether a campaign type begins with one of a list, all of them made plain. #}
{% macro begins_with_any(campaign_type, campaign_types) -%}
    list_bool_or(list_transform(
        {{ campaign_types }},
        lambda excluded_type: starts_with({{ campaign_type }}, excluded_type)
    ))
{%- endmacro %}

{# R11: whether an event came before tracking was on. #}
{% macro is_before_tracking(event_at) -%}
    {%- if not var("session_tracking") -%}
        true
    {%- elif var("session_tracking_since") is not none -%}
        {{ event_at }} < {{ utc_timestamp(var("session_tracking_since")) }}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#
    The id of an event that has none: md5 over the contract's other columns but loaded_at,
    times in microseconds, so that identical rows are one event.
#}
{% macro generated_event_id() -%}
    {%- set values = [] -%}
    {%- for column in event_columns()
        if column.name not in ("event_id", "loaded_at") -%}
        {%- do values.append(
            column.name if column.type == "varchar" else "epoch_us(" ~ column.name ~ ")::varchar"
        ) -%}
    {%- endfor -%}
    md5({{ with_lengths(values) }})
{%- endmacro %}

{#
    Whether a time is none of an event: before 2000, infinite, beyond the year 9999 (no
    other engine has it), or later than it was loaded by more than the tolerance.
#}
{% macro is_out_of_range(event_at, loaded_at) -%}
    (
        {{ event_at }} < timestamp '2000-01-01'
        or {{ event_at }} >= timestamp '10000-01-01'
        or epoch_us({{ event_at }}) - epoch_us({{ loaded_at }})
        > {{ microseconds(var("clock_skew_tolerance_minutes")) }}
    )
{%- endmacro %}

{# Which of the copies of an event is kept: the first in this order; nothing is left to chance. #}
{% macro order_of_copies() -%}
    loaded_at nulls last, event_at
    {%- for column in event_columns()
        if column.name not in ("event_id", "user_id", "event_at", "loaded_at") -%}
        , {{ column.name }} nulls last
    {%- endfor -%}
    , slice
{%- endmacro %}
