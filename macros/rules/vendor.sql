{# What the vendor tells of its own sessions. Arguments and results are SQL expressions. #}

{# The vendor's session that an event's properties name, as text; null where they don't. #}
{% macro vendor_session_id(properties) -%}
    case
        when contains({{ properties }}, '"CT Session Id"')
            then nullif({{ property(properties, 'CT Session Id') }}, '')
    end
{%- endmacro %}

{# A property by its name, as text; null also where the properties are no JSON. #}
{% macro property(properties, name) -%}
    try_cast({{ properties }} as json) ->> {{ literal(name) }}
{%- endmacro %}

{# A number that was written with a fraction of zero as one without. #}
{% macro whole_number(text) -%}
    regexp_replace({{ text }}, '[.]0+$', '')
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
    where
        disposition = 'vendor_session'
        or {{ vendor_session_id('properties') }} is not null
{%- endmacro %}

{# Whether any row of a group is what a condition says; never null. #}
{% macro evidence(condition) -%}
    coalesce(bool_or({{ condition }}), false)
{%- endmacro %}
