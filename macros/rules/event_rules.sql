{#
    The rules of an event, each said once: docs/rules.md has them in words, under the same
    numbers. Arguments and results are SQL expressions.
#}

{#
    Whether a time is none of an event: before 2000, infinite, beyond the year 9999 (no
    other engine has it), or later than it was loaded by more than the tolerance.
#}
{% macro is_out_of_range(event_at, loaded_at) -%}
    (
        {{ event_at }} < timestamp '2000-01-01'
        or {{ event_at }} >= timestamp '10000-01-01'
        or {{ loaded_at }} = '-infinity'
        or epoch_us({{ event_at }}) - epoch_us({{ loaded_at }})
        > {{ microseconds(var("clock_skew_tolerance_minutes")) }}
    )
{%- endmacro %}

{# Whether a row of the log is an accepted event, by its disposition. #}
{% macro is_accepted(disposition) -%}
    {{ disposition }} not in ('rejected', 'duplicate', 'vendor_session', 'withdrawn')
{%- endmacro %}

{#
    Whether a row is the vendor's own Session Concluded: what it says is compared with our
    sessions, and makes none.
#}
{% macro is_vendor_session(event_name) -%}
    {{ event_name }} = 'Session Concluded'
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

{#
    R3: whether a campaign type begins with one of a list of plain ones, itself made plain;
    null where it doesn't, or isn't there.
#}
{% macro begins_with_any(campaign_type, plain_types) -%}
    list_bool_or(list_transform(
        {{ plain_types }},
        lambda plain_type: starts_with({{ plain(campaign_type) }}, plain_type)
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

{# Which of the copies of an event is kept: the first in this order; nothing is left to chance. #}
{% macro order_of_copies() -%}
    loaded_at nulls last, event_at
    {%- for column in event_columns()
        if column.name not in ("event_id", "user_id", "event_at", "loaded_at") -%}
        , {{ column.name }} nulls last
    {%- endfor -%}
    , slice, is_time_ambiguous, identity nulls last, device_id nulls last
    , vendor_session_id nulls last
{%- endmacro %}
