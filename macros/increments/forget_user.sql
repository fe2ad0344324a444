{#
    `dbt run-operation forget_user` notes a user, and the next run erases the user's rows.
    docs/forgetting.md explains how.
#}

{#
    Notes that a user is to be forgotten: stores a salted hash of `user_id`, a text. The next run
    erases every row that has it as user_id, identity or device_id; later runs keep none. Logs the
    number of such rows, and warns if there is none.
#}
{% macro forget_user(user_id) %}
    {% do adapter.dispatch("forget_user", "session_analytics")(user_id) %}
{% endmacro %}

{% macro duckdb__forget_user(user_id) %}
    {# YAML reads 007 as 7, and such an id may be another user's #}
    {% if user_id is not string or not user_id | trim %}
        {% do stop(
            "user_id is " ~ shown(user_id) ~ ": expected the id of a user, a text in quotes such"
            ~ " as --args \"{user_id: 'ann'}\"."
        ) %}
    {% endif %}
    {% set events = stored_relation("int_event_log") %}
    {% set changes = stored_relation("int_session_concluded_changes") %}
    {% set row_count = query_values(
        "select count(*) from " ~ events ~ " as events where " ~ has_id("events", user_id)
    )[0] if events else 0 %}
    {% do write_raw_schema({}, {}) %}
    {% do create_forgotten_users() %}
    {% do run_query(
        "insert or replace into " ~ raw_table("forgotten_users")
        ~ " select " ~ salted_hash("salt", literal(user_id)) ~ ", salt, null, "
        ~ (told_sessions(user_id) if events and changes else "null")
        ~ " from (select coalesce((select any_value(salt) from " ~ raw_table("forgotten_users")
        ~ "), uuid()::varchar) as salt)"
    ) %}
    {% do adapter.commit() %}
    {% set said = "The next run forgets this user. In {} {:,} row{} this id as user_id, identity"
        " or device_id.".format(target.path, row_count, " has" if row_count == 1 else "s have") %}
    {% if row_count %}
        {% do log(said, info=true) %}
    {% else %}
        {% do exceptions.warn(
            said ~ " If that is not expected, look at WAREHOUSE_PATH and at the id."
        ) %}
    {% endif %}
{% endmacro %}

{# Creates the table of the forgotten users, if it is missing. No run drops it. #}
{% macro create_forgotten_users() %}
    {% do run_query(
        "create table if not exists " ~ raw_table("forgotten_users")
        ~ " (user_hash varchar primary key, salt varchar, forgotten_at timestamp,"
        ~ " told_sessions varchar[])"
    ) %}
{% endmacro %}

{#
    A subquery: the ids of the sessions in the feed that held rows of the user, whoever the session
    is of. A device's rows may be in the sessions of another user.
#}
{% macro told_sessions(user_id) -%}
    (
        select list(distinct changes.session_id)
        from {{ stored_relation("int_session_concluded_changes") }} as changes
        inner join {{ stored_relation("int_event_log") }} as events
            on
                changes.user_id = events.user_id
                and events.event_at <= changes.event_at
                -- a session's length is in whole seconds, rounded down
                and events.event_at
                > changes.event_at - to_seconds(changes.session_length + 1)
        where {{ has_id("events", user_id) }}
    )
{%- endmacro %}
