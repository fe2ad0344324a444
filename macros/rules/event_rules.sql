{#
    The rules of an event. docs/rules.md has them in words, under the same numbers. Arguments and
    results are SQL expressions.
#}

{#
    Whether a time cannot be the time of an event. Such a time is before 2000, infinite, after the
    year 9999 (other engines do not have such times), or later than the time of loading by more
    than the tolerance.
#}
{% macro is_out_of_range(event_at, loaded_at) -%}
    (
        {{ event_at }} < timestamp '2000-01-01'
        or {{ event_at }} >= {{ end_of_times() }}
        or {{ is_minus_infinity(loaded_at) }}
        or {{ epoch_microseconds(event_at) }} - {{ epoch_microseconds(loaded_at) }}
        > {{ tolerance_microseconds() }}
    )
{%- endmacro %}

{# The variable clock_skew_tolerance_minutes in microseconds, an integer. #}
{% macro tolerance_microseconds() -%}
    {{ microseconds(var("clock_skew_tolerance_minutes")) }}
{%- endmacro %}

{# Whether a row of the log is an accepted event, by its disposition. #}
{% macro is_accepted(disposition) -%}
    {{ disposition }} not in (
        'rejected', 'forgotten', 'duplicate', 'vendor_session', 'withdrawn'
    )
{%- endmacro %}

{# Whether a row of the log stands for no event, by its disposition: it has no copies. #}
{% macro has_no_event(disposition) -%}
    {{ disposition }} in ('rejected', 'forgotten')
{%- endmacro %}

{# The key of a row that stands for no event: the hash of its slice. Its slot is 0. #}
{% macro key_without_event() -%}
    {{ hash_of(['slice']) }}
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
    The id of an event that was given none: the md5 of the contract's other columns except
    loaded_at, with times in microseconds. Identical rows are therefore one event.
#}
{% macro generated_event_id() -%}
    {%- set values = [] -%}
    {%- for column in event_columns()
        if column.name not in ("event_id", "loaded_at") -%}
        {%- do values.append(
            column.name if column.type == "varchar"
            else epoch_microseconds(column.name) ~ "::string"
        ) -%}
    {%- endfor -%}
    md5({{ with_lengths(values) }})
{%- endmacro %}

{# The id of a row's event: the id that was given, else the generated one. #}
{% macro used_event_id() -%}
    coalesce(generated_event_id, event_id)
{%- endmacro %}

{#
    The user of a row that names a user and a device (variable `user_identity`). A fallback
    identity names the user only if the row names no device.
#}
{% macro user_of_identities() -%}
    {%- if var("user_identity") == "device" -%}
        coalesce(device_id, identity)
    {%- else -%}
        case
            when is_fallback_identity then coalesce(device_id, identity)
            else coalesce(identity, device_id)
        end
    {%- endif -%}
{%- endmacro %}

{#
    The order of an event's copies. The first copy is kept. The order includes every column in
    which copies may differ, so the choice never depends on chance.
#}
{% macro order_of_copies() -%}
    loaded_at nulls last, event_at
    {%- for column in event_columns()
        if column.name not in ("event_id", "user_id", "event_at", "loaded_at") -%}
        , {{ column.name }} nulls last
    {%- endfor -%}
    , slice, is_time_ambiguous, identity nulls last, device_id nulls last
    , vendor_session_id nulls last
{%- endmacro %}
