{# What the vendor tells of its own sessions. Arguments and results are SQL expressions. #}

{#
    The vendor's session that a staged row names, as text: in its column, else in its
    properties. Quick tests come first, for most rows name none; a test for the quote, too,
    of which JSON is full, would be ten times as slow.
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
    A session's id without what a number may have around it, null where it names none: it is
    blank, 0 or negative. The vendor's SDK sends 0 for a push that is shown while the app does
    not run.
#}
{% macro usable_session_id(id) -%}
    nullif(
        regexp_replace(
            trim({{ id }}), '^(?:-.*|[+]?0*(?:[.]0*)?(?:[eE].*)?)$|[.]0+$', ''
        ),
        ''
    )
{%- endmacro %}

{# One of a row's properties, as text; null also where the properties are no JSON. #}
{% macro json_property(name) -%}
    try_cast(properties as json) ->> {{ literal(name) }}
{%- endmacro %}

{# A number of seconds as an integer, from 0 to some hundred years; else null. #}
{% macro seconds_up_to(number) -%}
    case
        when try_cast({{ number }} as double) between 0 and 9999999999
            then try_cast({{ number }} as double)::bigint
    end
{%- endmacro %}

{# The sources that tell anything of the vendor's sessions: a query. #}
{% macro select_telling_sources() -%}
    select distinct {{ source_of_slice('slice') }} as event_source
    from {{ ref('int_events_sessionized') }}
    where disposition = 'vendor_session' or vendor_session_id is not null
{%- endmacro %}

{# A reason in words: how far our starts lie from the vendor's, and which setting does that. #}
{% macro time_shift_in_words(seconds) -%}
    concat_ws(
        ' ',
        'source_timezone: our starts lie',
        nullif(abs({{ seconds }}) // 3600, 0) || ' h',
        nullif(abs({{ seconds }}) % 3600 // 60, 0) || ' min',
        case when {{ seconds }} > 0 then 'after theirs' else 'before theirs' end
    )
{%- endmacro %}

{# Whether any row of a group is what a condition says; never null. #}
{% macro evidence(condition) -%}
    coalesce(bool_or({{ condition }}), false)
{%- endmacro %}
