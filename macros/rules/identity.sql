{#
    Whose event it is (variable user_identity): the user's own identity, else the device's,
    or the other way round. Columns, the first that isn't null is taken.
#}
{% macro users_by_preference() -%}
    {{ "device_id, identity, other_identity" if var("user_identity") == "device"
        else "identity, device_id, other_identity" }}
{%- endmacro %}

{# The vendor's session that an event's properties name, as text; null where they don't. #}
{% macro vendor_session_id(properties) -%}
    case
        when contains({{ properties }}, '"CT Session Id"')
            then {{ property(properties, 'CT Session Id') }}
    end
{%- endmacro %}

{# A property by its name, as text; null also where the properties are no JSON. #}
{% macro property(properties, name) -%}
    try_cast({{ properties }} as json) ->> {{ literal(name) }}
{%- endmacro %}
