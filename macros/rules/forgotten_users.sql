{#
    Whether a row of `events` names a forgotten user, by its user_id, identity or device_id.
    `forgotten_users` is one row of the columns salt and user_hashes, null if nobody is forgotten.
#}
{% macro is_of_forgotten_user(events, forgotten_users) -%}
    coalesce(
        {%- for column in ["user_id", "identity", "device_id"] %}
        {{ "or " if not loop.first -}}
        list_contains(
            {{ forgotten_users }}.user_hashes,
            {{ salted_hash(forgotten_users ~ ".salt", events ~ "." ~ column) }}
        )
        {%- endfor %},
        false
    )
{%- endmacro %}

{# The hash by which a forgotten user is recognised, a text. #}
{% macro salted_hash(salt, user_id) -%}
    sha256({{ salt }} || {{ user_id }})
{%- endmacro %}
