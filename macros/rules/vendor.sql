{# What the vendor reports about its sessions. Arguments and results are SQL expressions. #}

{# Whether a row is the vendor's own Session Concluded event. It is compared with our sessions. #}
{% macro is_vendor_session(event_name) -%}
    {{ event_name }} = 'Session Concluded'
{%- endmacro %}

{#
    The id of the vendor's session that a staged row names, as text: the id in its column, else
    the id in its properties. Quick tests come first, because most rows name none. The text that
    they search for does not begin with a quote: JSON has many quotes, and such a search would be
    ten times as slow.
#}
{% macro vendor_session_id() -%}
    case
        when
            vendor_session_id is not null
            or contains(properties, 'CT Session Id')
            or {{ is_vendor_session('event_name') }}
            then coalesce(
                {{ usable_session_id('vendor_session_id') }},
                case
                    when {{ is_vendor_session('event_name') }}
                        then {{ usable_session_id(json_property('Session Id')) }}
                end,
                {{ usable_session_id(json_property('CT Session Id')) }}
            )
    end
{%- endmacro %}

{#
    A session's id without the white space and the `.0` that may surround a number. It is null if
    the id is blank, 0 or negative, because it then names no session. The vendor's SDK sends 0 for
    a push that is shown while the app does not run.
#}
{% macro usable_session_id(id) -%}
    {%- set blanks = '[' ~ white_space() ~ ']+' -%}
    nullif({{ with_replaced(
        with_replaced(id, '^' ~ blanks ~ '|' ~ blanks ~ '\\z', ''),
        '^-[0-9.]+(?:[eE][+-]?[0-9]+)?\\z|^[+]?0+(?:[.]0*)?(?:[eE][+-]?[0-9]+)?\\z|[.]0+\\z', ''
    ) }}, '')
{%- endmacro %}

{#
    Whether the id of a vendor's session is the Unix second of its start, by the slice of a row.
    CleverTap's is, and flat events may hold it. Other vendors' ids may be numbers, too.
#}
{% macro has_start_in_id(slice) -%}
    coalesce({{ source_of_slice(slice) }} not in (
        {{- literals(as_list(var("file_sources")) | reject("in", ["clevertap", "flat"])) -}}
    ), true)
{%- endmacro %}

{# A number of seconds from 0 to 9999999999 (some hundred years), as an integer; else null. #}
{% macro seconds_up_to(number) -%}
    case
        when try_cast({{ number }} as double) between 0 and 9999999999
            then {{ rounded('try_cast(' ~ number ~ ' as double)') }}
    end
{%- endmacro %}

{# A reason in words: how far our starts lie from the vendor's, and which setting causes this. #}
{% macro time_shift_in_words(seconds) -%}
    concat_ws(
        ' ',
        'source_timezone: our starts lie',
        nullif({{ quotient('abs(' ~ seconds ~ ')', 3600) }}, 0) || ' h',
        nullif({{ quotient('abs(' ~ seconds ~ ') % 3600', 60) }}, 0) || ' min',
        case when {{ seconds }} > 0 then 'after theirs' else 'before theirs' end
    )
{%- endmacro %}

{# Whether a condition is true for any row of a group; never null. #}
{% macro evidence(condition) -%}
    coalesce(bool_or({{ condition }}), false)
{%- endmacro %}
