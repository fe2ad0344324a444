{#
    A full refresh with `rebuild_from: log` builds from the log and reads no input. It judges
    every raw row of the log again and forms all sessions anew. docs/increments.md explains how.
#}

{# Whether this run builds from the log. #}
{% macro rebuilds_from_log() %}
    {% do return(execute and flags.FULL_REFRESH and var("rebuild_from") == "log"
        and "model.session_analytics.int_event_log" in selected_resources) %}
{% endmacro %}

{# Whether this run builds from the log and has not committed, or repeats a run that did not. #}
{% macro is_rebuild_unfinished() %}
    {% do return(rebuilds_from_log() and "rebuild_from" in stored_build_settings()) %}
{% endmacro %}

{# The command that builds everything anew from the input, as sentences show it. #}
{% macro full_refresh_command() %}
    {% do return(dbt_command("build --selector run --full-refresh")) %}
{% endmacro %}

{# The command that builds from the log. #}
{% macro rebuild_command() %}
    {% do return(full_refresh_command() ~ " --vars 'rebuild_from: log'") %}
{% endmacro %}

{#
    Marks in int_build_settings that a rebuild has begun. loaded_slices deletes the mark in the
    transaction that commits, so a killed rebuild leaves it.
#}
{% macro mark_rebuild() %}
    {% if not is_rebuild_unfinished() %}
        {% do run_query(
            "insert into " ~ stored_relation("int_build_settings")
            ~ " (name, value) values ('rebuild_from', 'log')"
        ) %}
    {% endif %}
{% endmacro %}

{# The statement that deletes the mark. It is empty if this run does not build from the log. #}
{% macro delete_mark_of_rebuild(build_settings) %}
    {% if rebuilds_from_log() %}
        delete from {{ build_settings }} where name = 'rebuild_from'
    {% endif %}
{% endmacro %}

{#
    Stops a run that builds from the log if it leaves out models, or if no log is stored. Views
    count as left out, because they hold the settings of the run that created them.
#}
{% macro check_rebuild() %}
    {% set left_out = [] %}
    {% for name in our_models() | reject("in", selected_resources) | sort %}
        {% do left_out.append(name.split(".")[-1]) %}
    {% endfor %}
    {% if left_out %}
        {% do stop(
            "rebuild_from is log, and the command leaves out " ~ shown_names(left_out)
            ~ ": expected all models and views (" ~ rebuild_command() ~ ")."
        ) %}
    {% elif not is_anything_committed() or not is_log_whole() %}
        {% do stop(
            "rebuild_from is log, and the warehouse has no log that a run of version 0.2.0 or"
            ~ " newer has committed: build from the input (rebuild_from: input)."
        ) %}
    {% endif %}
{% endmacro %}

{# Whether a log is stored that has every column from which a row can be judged again. #}
{% macro is_log_whole() %}
    {% set needed = [
        "slice", "disposition", "rejection_reason", "unreadable_event_at",
        "unreadable_loaded_at", "is_time_ambiguous", "identity", "device_id",
        "vendor_session_id",
    ] + event_columns() | map(attribute="name") | list %}
    {% do return(not needed | reject("in", names_of_stored_columns()) | list) %}
{% endmacro %}

{# The names of the stored log's columns, a list; empty if there is no log. #}
{% macro names_of_stored_columns() %}
    {% set log = stored_relation("int_event_log") %}
    {% do return(describe_columns(log) | map(attribute="name") | list if log else []) %}
{% endmacro %}

{#
    The settings that a rebuild from the log cannot change, because they decide how raw rows are
    read.
#}
{% macro settings_of_reading() %}
    {% do return(
        ["event_source", "source_timezone", "events_relation", "events_path", "columns", "app_ids"]
        + (["user_identity"] if not are_identities_known() else [])
    ) %}
{% endmacro %}

{#
    Whether the log tells of each row of a CleverTap export how the user was chosen. The log of
    version 0.2.0 does not, and a rebuild from it cannot add that.
#}
{% macro are_identities_known() %}
    {% do return("is_fallback_identity" in names_of_stored_columns() and not query_values(
        "select exists(select 1 from " ~ stored_relation("int_event_log")
        ~ " where is_fallback_identity is null and disposition != 'withdrawn' and "
        ~ source_of_slice("slice") ~ " = 'clevertap')"
    )[0]) %}
{% endmacro %}
