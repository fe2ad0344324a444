{#
    What earlier runs have stored, as the source `stored`: views of the log, the sessions
    and the record of slices, empty where nothing is stored. So a run on nothing stored and
    an increment are the same SQL, and unit tests can say what is stored.
#}
{% macro stored_views() %}
    {% set log = {
        "event_key": "ubigint", "event_slot": "bigint", "is_time_ambiguous": "boolean",
    } %}
    {% for name in ["slice", "disposition", "judged_disposition", "rejection_reason",
        "unreadable_event_at", "unreadable_loaded_at", "identity", "device_id",
        "vendor_session_id", "ct_session_id"] %}
        {% do log.update({name: "varchar"}) %}
    {% endfor %}
    {% for column in event_columns() %}{% do log.update({column.name: column.type}) %}{% endfor %}
    {% do log.update({
        "session_started_at": "timestamp", "batch": "bigint", "row_id": "bigint",
    }) %}
    {# where DuckDB has a row: rows far apart are fetched by it, and nothing between them #}
    {% do return({
        "stored_events":
            select_stored("int_events_sessionized", log, "*, rowid as row_id"),
        "stored_sessions": select_stored("int_sessions", {
            "session_key": "varchar",
            "session_started_at": "timestamp",
            "session_ended_at": "timestamp",
        }),
        "stored_slices": select_stored("loaded_slices", {
            "slice": "varchar", "fingerprint": "varchar", "batch": "bigint",
        }),
    }) %}
{% endmacro %}

{# All of a table of ours, or, where it isn't there, no row of `columns`, name to type. #}
{% macro select_stored(name, columns, all_columns="*") %}
    {% set relation = stored_relation(name) %}
    {% if relation %}{% do return("select " ~ all_columns ~ " from " ~ relation) %}{% endif %}
    {% set nulls = [] %}
    {% for column, type in columns.items() %}
        {% do nulls.append("null::" ~ type ~ " as " ~ column) %}
    {% endfor %}
    {% do return("select " ~ nulls | join(", ") ~ " where false") %}
{% endmacro %}

{# A table of ours as it is in the warehouse, or none. #}
{% macro stored_relation(name) %}
    {% set node = graph.nodes["model.session_analytics." ~ name] %}
    {% do return(load_cached_relation(
        api.Relation.create(node.database, node.schema, node.alias)
    )) %}
{% endmacro %}

{#
    The statement that deletes the stored sessions whose first event is among the rows that
    this run wrote: what is left of them is inserted anew. Nothing where none are stored.
    By the first event, not by the id: of a session that is no more, no row has the id.
#}
{% macro delete_recut_sessions() %}
    {% if is_incremental() %}
        with rewritten as materialized (
            select event_key, event_slot
            from {{ ref("int_events_sessionized") }}
            where batch > {{ committed_batch() }} and disposition != 'rejected'
        )
        delete from {{ this }} as sessions
        using rewritten
        where
            sessions.first_event_key = rewritten.event_key
            and sessions.first_event_slot = rewritten.event_slot
            -- what DuckDB can prune by
            and sessions.first_event_slot >= (select min(event_slot) from rewritten)
            and sessions.first_event_slot <= (select max(event_slot) from rewritten)
    {% endif %}
{% endmacro %}
