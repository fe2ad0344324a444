{#
    Forgets users: `dbt run-operation forget_user` notes a user, and the next run erases the user's
    rows. docs/forgetting.md explains how.
#}

{#
    Notes that a user is to be forgotten: stores a salted hash of `user_id`, a text. The next run
    erases every row that has it as user_id, identity or device_id; later runs keep none. Logs the
    number of such rows, and warns if there is none.
#}
{% macro forget_user(user_id) %}
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
        "select count(*) from " ~ events
        ~ " where " ~ literal(user_id) ~ " in (user_id, identity, device_id)"
    )[0] if events else 0 %}
    {% do run_query("create schema if not exists " ~ adapter.quote(raw_schema())) %}
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
        where {{ literal(user_id) }} in (events.user_id, events.identity, events.device_id)
    )
{%- endmacro %}

{#
    Erases what is left of the users that this run forgets, once it has told in the feed what
    became of their sessions: the withdrawn rows of the log, the values in the feed, and the rows
    of the tables that each run makes anew. `results` are dbt's results of the command. A run that
    was killed or that left out models forgets nobody, and the next one does.
#}
{% macro finish_forgetting(results) %}
    {% set feed = "model.session_analytics.int_session_concluded_changes" %}
    {% set is_told = results | selectattr("status", "equalto", "success")
        | selectattr("node.unique_id", "equalto", feed) | list %}
    {% set users = raw_table("forgotten_users") %}
    {% set user_count = query_values(
        "select count(*) from " ~ users ~ " where forgotten_at is null"
    )[0] if is_told and not models_left_out(feed) else 0 %}
    {% if user_count %}
        {% do run_query(
            "delete from " ~ stored_relation("int_event_log") ~ " where disposition = 'withdrawn'"
        ) %}
        {% do run_query(erase_forgotten_changes(users)) %}
        {% for node in graph.nodes.values() if node.name.endswith("_this_run")
            and node.config.materialized == "table" %}
            {% do run_query("truncate " ~ relation_of(node)) %}
        {% endfor %}
        {% do run_query(
            "update " ~ users ~ " set told_sessions = null, forgotten_at = " ~ run_start()
            ~ " where forgotten_at is null"
        ) %}
        {% do log(
            "Forgot {:,} user{}.".format(user_count, "" if user_count == 1 else "s"), info=true
        ) %}
    {% endif %}
{% endmacro %}

{#
    The statement that leaves only the session's id of the changes in the feed that told of a
    forgotten user's rows. What holds now, of a session that another user still has, stays.
#}
{% macro erase_forgotten_changes(users) %}
    update {{ stored_relation("int_session_concluded_changes") }} as changes
    set
        event_at = null,
        raised_at = null,
        session_length = null,
        session_key = null,
        user_id = null,
        platform = null,
        app_id = null,
        day = null,
        first_event_key = null,
        first_event_slot = null
    from {{ users }} as users
    where
        users.forgotten_at is null
        and (
            {{ salted_hash("users.salt", "changes.user_id") }} = users.user_hash
            or list_contains(users.told_sessions, changes.session_id)
        )
        and not (
            changes.change = 'concluded'
            and changes.change_number = (
                select max(later.change_number)
                from {{ stored_relation("int_session_concluded_changes") }} as later
                where later.session_id = changes.session_id
            )
        )
{% endmacro %}
