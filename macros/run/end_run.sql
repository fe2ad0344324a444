{#
    on-run-end: records the created views, logs what the run loaded and erases what is left of
    forgotten users. `results` are dbt's results of the command.
#}
{% macro end_run(results) %}
    {% do adapter.dispatch("end_run", "session_analytics")(results) %}
{% endmacro %}

{% macro duckdb__end_run(results) %}
    {% if execute and invocation_args_dict["which"] in ("build", "run") %}
        {% do record_created_views(results) %}
        {% if "model.session_analytics.loaded_slices" in selected_resources
            and stored_relation("loaded_slices") and not is_rebuild_unfinished() %}
            {% do say_what_was_loaded() %}
        {% endif %}
        {% do finish_forgetting(results) %}
    {% endif %}
{% endmacro %}

{#
    Logs one line: the number of slices that this run loaded, or whose rows it judged again in a
    rebuild from the log, the number of their rows, and how many rows it rejected for each reason.
    Warns about slices of which most rows are rejected, about a warehouse without any row that
    can be used, and about rows whose loaded_at is not a time.
#}
{% macro say_what_was_loaded() %}
    {% set loaded = run_query(
        "select count(*) as slice_count, coalesce(sum(row_count), 0) as row_count"
        ~ " from " ~ slices_of_this_run()
    ).rows[0] %}
    {% do log("{} {:,} slice{} with {:,} rows.".format(
        "Judged again" if rebuilds_from_log() else "Loaded",
        loaded["slice_count"], "" if loaded["slice_count"] == 1 else "s", loaded["row_count"]
    ) ~ rejections_in_words() ~ (
        " Nothing is committed, for models are left out."
        if models_left_out("model.session_analytics.loaded_slices") else ""
    ), info=true) %}
    {% if loaded["row_count"] %}
        {% do warn_of_rejected_slices() %}
        {% do warn_of_times_of_loading() %}
    {% endif %}
{% endmacro %}

{# A sentence that tells how many rows this run rejected, why, and in which slices. #}
{% macro rejections_in_words() %}
    {% set counts = [] %}
    {% set total = namespace(rows=0) %}
    {% for row in run_query(
        "select rejection_reason, count(*) as row_count from ("
        ~ logged_rows_of_this_run() ~ ") where rejection_reason is not null"
        ~ " group by rejection_reason order by row_count desc, rejection_reason"
    ).rows %}
        {% set total.rows = total.rows + row["row_count"] %}
        {% do counts.append("{:,} {}".format(row["row_count"], row["rejection_reason"])) %}
    {% endfor %}
    {% set slices = query_values(
        "select distinct slice from (" ~ logged_rows_of_this_run() ~ ")"
        ~ " where rejection_reason is not null order by slice"
    ) if counts else [] %}
    {% do return(
        " Rejected {:,} row{}{}.".format(
            total.rows, "" if total.rows == 1 else "s",
            ": " ~ counts | join(", ") ~ " (" ~ shown_names(slices) ~ ")" if counts else ""
        )
    ) %}
{% endmacro %}

{# A query of the rows in the log that this run has loaded. #}
{% macro logged_rows_of_this_run() -%}
    select *
    from {{ stored_relation("int_event_log") }}
    where
        batch = (select max(batch) from {{ slices_of_this_run() }})
        and disposition != 'withdrawn'
        and slice in (select slice from {{ slices_of_this_run() }})
{%- endmacro %}

{# A query, in brackets, of the slices that this run has recorded: all in a rebuild. #}
{% macro slices_of_this_run() -%}
    (
        select * from {{ stored_relation("loaded_slices") }}
        {%- if not rebuilds_from_log() %}
        where loaded_at = {{ run_start() }}
        {%- endif %}
    )
{%- endmacro %}

{# Warns, in one sentence, about slices of this run in which most rows cannot be used. #}
{% macro warn_of_rejected_slices() %}
    {% set slices = [] %}
    {% for row in run_query(
        "select slice, count(*) as row_count, count(rejection_reason) as rejected_count,"
        ~ " mode(rejection_reason) as reason"
        ~ " from (" ~ logged_rows_of_this_run() ~ ")"
        ~ " group by slice having rejected_count * 2 > row_count order by slice"
    ).rows %}
        {% do slices.append("{} ({:,} of {:,}, most often {})".format(
            row["slice"], row["rejected_count"], row["row_count"], row["reason"]
        )) %}
    {% endfor %}
    {% if slices and not is_any_row_used() %}
        {% do exceptions.warn(
            "The warehouse has no events, and the board is empty, because every row is rejected: "
            ~ shown_names(slices) ~ ". See rejected_events, correct the input or the settings (such"
            ~ " as columns), and run `" ~ full_refresh_command() ~ "`."
        ) %}
    {% elif slices %}
        {% do exceptions.warn(
            "Most rows are rejected of " ~ shown_names(slices) ~ ": see rejected_events, and"
            ~ " whether these files are events of " ~ event_sources() | join(", ") ~ "."
        ) %}
    {% endif %}
{% endmacro %}

{# Whether the log has a row that is not rejected, of this run or an earlier one. #}
{% macro is_any_row_used() %}
    {% do return(query_values(
        "select count(*) > 0 from (select 1 from " ~ stored_relation("int_event_log")
        ~ " where disposition not in ('rejected', 'withdrawn') limit 1)"
    )[0]) %}
{% endmacro %}

{# Warns, in one sentence, about slices of this run with rows whose loaded_at is not a time. #}
{% macro warn_of_times_of_loading() %}
    {% set slices = [] %}
    {% for row in run_query(
        "select slice, count(*) as row_count, min(unreadable_loaded_at) as text"
        ~ " from (" ~ logged_rows_of_this_run() ~ ") where unreadable_loaded_at is not null"
        ~ " group by slice order by slice"
    ).rows %}
        {% do slices.append("{} ({:,}, such as {})".format(
            row["slice"], row["row_count"], shown(row["text"])
        )) %}
    {% endfor %}
    {% if slices %}
        {% do exceptions.warn(
            "Rows are rejected whose loaded_at is no time, of " ~ shown_names(slices)
            ~ ": expected a time such as 2026-01-31 18:00:00, or nothing."
        ) %}
    {% endif %}
{% endmacro %}
