{#
    Erases what is left of the users that this run forgets, once it has told in the feed what
    became of their sessions: the withdrawn rows of the log, the values in the feed, and the rows
    of the tables that each run makes anew. `results` are dbt's results of the command. A run that
    was killed or that left out models forgets nobody, and the next one does.
#}
{% macro finish_forgetting(results) %}
    {% set users = raw_table("forgotten_users") %}
    {% set user_count = query_values(
        "select count(*) from " ~ users ~ " where forgotten_at is null"
    )[0] %}
    {% if user_count and is_feed_told(results) %}
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

{# Whether the command has run the feed and all models that it builds on. #}
{% macro is_feed_told(results) %}
    {% set feed = "model.session_analytics.int_session_concluded_changes" %}
    {% do return(not models_left_out(feed) and results
        | selectattr("status", "equalto", "success")
        | selectattr("node.unique_id", "equalto", feed) | list) %}
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
