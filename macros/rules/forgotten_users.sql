{#
    Whether a row of `events` names a forgotten user, by its user_id, identity or device_id.
    `forgotten_users` is one row of the columns salt and user_hashes, null if nobody is forgotten.
#}
{% macro is_of_forgotten_user(events, forgotten_users) -%}
    coalesce(
        {%- for column in columns_of_ids() %}
        {{ "or " if not loop.first -}}
        array_contains(
            {{ forgotten_users }}.user_hashes,
            {{ salted_hash(forgotten_users ~ ".salt", events ~ "." ~ column) }}
        )
        {%- endfor %},
        false
    )
{%- endmacro %}

{# Whether a row of `events` has a text as one of its ids. #}
{% macro has_id(events, id) -%}
    {{ literal(id) }} in ({{ events }}.{{ columns_of_ids() | join(", " ~ events ~ ".") }})
{%- endmacro %}

{# The columns of a row that name its user. #}
{% macro columns_of_ids() %}
    {%- do return(["user_id", "identity", "device_id"]) -%}
{% endmacro %}

{# The hash by which a forgotten user is recognised, a text. #}
{% macro salted_hash(salt, user_id) -%}
    {{ sha256_of(salt ~ ' || ' ~ user_id) }}
{%- endmacro %}
