{#
    The views of the source `stored`: the log, the sessions, loaded_slices and the feed, as
    earlier runs left them. They are empty if nothing is stored. The first run and later runs
    therefore use the same SQL, and unit tests can give stored rows. A rebuild from the log builds
    on no stored event or session: it reads the two views events_to_judge_again and
    slices_to_keep, which are empty in all other runs.
#}
{% macro stored_views() %}
    {% set rebuilds = rebuilds_from_log() %}
    {% set log = {
        "event_key": "ubigint", "event_slot": "bigint", "is_time_ambiguous": "boolean",
        "is_fallback_identity": "boolean",
    } %}
    {% for name in ["slice", "disposition", "judged_disposition", "rejection_reason",
        "unreadable_event_at", "unreadable_loaded_at", "identity", "device_id",
        "vendor_session_id", "ct_session_id", "generated_event_id"] %}
        {% do log.update({name: "varchar"}) %}
    {% endfor %}
    {% for column in event_columns() %}{% do log.update({column.name: column.type}) %}{% endfor %}
    {% do log.update({"session_started_at": "timestamp", "batch": "bigint"}) %}
    {% set sessions = {
        "session_key": "varchar",
        "session_started_at": "timestamp",
        "session_ended_at": "timestamp",
    } %}
    {% set slices = {
        "slice": "varchar", "fingerprint": "varchar", "batch": "bigint",
        "loaded_at": "timestamp", "row_count": "bigint",
    } %}
    {# with rowid, a model fetches scattered rows and does not read the rows between them #}
    {% set with_row_id = "*, " ~ row_id() ~ " as row_id" %}
    {# an older log lacks columns, so its rows are joined by name with a query that has all #}
    {% do return({
        "stored_events": no_row(dict(log, row_id="bigint")) if rebuilds
            else select_stored("int_event_log", dict(log, row_id="bigint"), with_row_id),
        "stored_sessions": no_row(sessions) if rebuilds
            else select_stored("int_sessions", sessions),
        "stored_slices": select_stored("loaded_slices", slices),
        "stored_events_to_judge_again": no_row(log) if not rebuilds
            else select_stored("int_event_log", log) ~ " union all by name " ~ no_row(log),
        "stored_slices_to_keep": no_row(slices) if not rebuilds
            else select_stored("loaded_slices", slices),
        "stored_changes": select_stored("int_session_concluded_changes", columns_of_changes()),
    }) %}
{% endmacro %}

{# The columns of the feed, name to type. #}
{% macro columns_of_changes() %}
    {% do return({
        "change_number": "bigint",
        "change": "varchar",
        "event_name": "varchar",
        "event_at": "timestamp",
        "raised_at": "timestamp",
        "session_length": "bigint",
        "session_id": "varchar",
        "session_key": "varchar",
        "user_id": "varchar",
        "platform": "varchar",
        "app_id": "varchar",
        "day": "date",
        "batch": "bigint",
        "first_event_key": "ubigint",
        "first_event_slot": "bigint",
        "as_of": "timestamp",
        "timezone": "varchar",
    }) %}
{% endmacro %}

{# All rows of one of our tables. If it does not exist, no row of `columns` (name to type). #}
{% macro select_stored(name, columns, all_columns="*") %}
    {% set relation = stored_relation(name) %}
    {% do return(
        "select " ~ all_columns ~ " from " ~ relation if relation else no_row(columns)
    ) %}
{% endmacro %}

{# A query that has `columns` (name to type) and no row. #}
{% macro no_row(columns) %}
    {% set nulls = [] %}
    {% for column, type in columns.items() %}
        {% do nulls.append("null::" ~ sql_type(type) ~ " as " ~ column) %}
    {% endfor %}
    {% do return("select " ~ nulls | join(", ") ~ " where false") %}
{% endmacro %}

{# One of our tables in the warehouse, or none if it does not exist. #}
{% macro stored_relation(name) %}
    {% do return(relation_of(graph.nodes["model.session_analytics." ~ name])) %}
{% endmacro %}

{# Whether the run builds on stored events. A first load and a rebuild from the log do not. #}
{% macro are_events_stored() %}
    {% do return(not execute
        or stored_relation("int_event_log") is not none and not rebuilds_from_log()) %}
{% endmacro %}

{# The relation in the warehouse of a node in dbt's graph, or none if it does not exist. #}
{% macro relation_of(node) %}
    {% do return(load_cached_relation(
        api.Relation.create(node.database, node.schema, node.alias)
    )) %}
{% endmacro %}

{# The session key of a judged row; null if it counts for no session. #}
{% macro session_key_of_judged() -%}
    case when disposition = 'session' then {{ session_key() }} end
{%- endmacro %}

{#
    A hash of what decides where a judged row lies. By it, a run finds the row again in a later
    reading of the input.
#}
{% macro judged_hash() -%}
    {{ hash_of(["event_key", "event_at", "disposition", session_key_of_judged()]) }}
{%- endmacro %}

{#
    The query of the keys of int_sessions whose rows a run replaces: the first events of sessions
    that are among the rows that this run wrote. The run then inserts these rows' sessions anew. It
    finds a session by its first event, because no row has the id of a session that no longer
    exists.
#}
{% macro keys_of_recut_sessions(log, loaded_slices) %}
    select distinct
        event_key as first_event_key,
        event_slot as first_event_slot
    from {{ log }}
    where
        batch > {{ committed_batch(loaded_slices) }}
        and not {{ has_no_event("disposition") }}
{% endmacro %}

{#
    The statement that gives the feed's rows of a session the first event that the session has
    now. A session may have another first event and still be told as it is: the feed then gets no
    new row, and a later run would not find the old one. The statement is empty if there is no
    feed yet, and in a run of only some models of the flow.
#}
{% macro update_first_events(sessions, compared_sessions) %}
    {% if is_incremental() and runs_all_above() %}
        merge into {{ this }} as changes
        using (
            select sessions.*
            from {{ sessions }} as sessions
            semi join {{ compared_sessions }} as compared_sessions
                on sessions.ct_session_id = compared_sessions.session_id
        ) as sessions
        on changes.session_id = sessions.ct_session_id
        when matched and (
            changes.first_event_key is distinct from sessions.first_event_key
            or changes.first_event_slot is distinct from sessions.first_event_slot
        ) then update set
            first_event_key = sessions.first_event_key,
            first_event_slot = sessions.first_event_slot
    {% endif %}
{% endmacro %}
