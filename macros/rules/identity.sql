{#
    Whose event it is (variable user_identity): the user's own identity, else the device's,
    or the other way round. Columns, the first that isn't null is taken.
#}
{% macro users_by_preference() -%}
    {{ "device_id, identity, other_identity" if var("user_identity") == "device"
        else "identity, device_id, other_identity" }}
{%- endmacro %}
