{#
    What a run did, in one line of its log: the slices that it loaded, and their rows. Warns
    of those that were mostly rejected.
#}
{% macro report_run() %}
    {% set record = "model.session_analytics.loaded_slices" %}
    {% if execute and record in selected_resources and stored_relation("loaded_slices")
        and invocation_args_dict["which"] in ("build", "run") %}
        {% set loaded = run_query(
            "select count(*) as slice_count, coalesce(sum(row_count), 0) as row_count"
            ~ " from " ~ slices_of_this_run()
        ).rows[0] %}
        {% do log("Loaded {:,} slice{} with {:,} rows.".format(
            loaded["slice_count"], "" if loaded["slice_count"] == 1 else "s", loaded["row_count"]
        ) ~ (
            " Nothing is committed, for models are left out." if models_left_out(record) else ""
        ), info=true) %}
        {% if loaded["row_count"] %}{% do warn_of_rejected_slices() %}{% endif %}
    {% endif %}
{% endmacro %}

{# The slices that this run has recorded: a query in brackets. #}
{% macro slices_of_this_run() -%}
    (
        select * from {{ stored_relation("loaded_slices") }}
        where loaded_at = {{ utc_timestamp(run_started_at) }}
    )
{%- endmacro %}

{# Warns, in one sentence, of slices of this run most of whose rows can't be used. #}
{% macro warn_of_rejected_slices() %}
    {% set slices = [] %}
    {% for row in run_query(
        "select slice, count(*) as row_count, count(rejection_reason) as rejected_count,"
        ~ " mode(rejection_reason) as reason"
        ~ " from " ~ stored_relation("int_events_sessionized")
        ~ " where batch = (select max(batch) from " ~ slices_of_this_run() ~ ")"
        ~ " and disposition != 'withdrawn'"
        ~ " and slice in (select slice from " ~ slices_of_this_run() ~ ")"
        ~ " group by slice having rejected_count * 2 > row_count order by slice"
    ).rows %}
        {% do slices.append("{} ({:,} of {:,}, most often {})".format(
            row["slice"], row["rejected_count"], row["row_count"], row["reason"]
        )) %}
    {% endfor %}
    {% if slices %}
        {% do exceptions.warn(
            "Most rows are rejected of " ~ shown_names(slices) ~ ": see rejected_events, and"
            ~ " whether event_source " ~ event_sources() | join(", ") ~ " is meant."
        ) %}
    {% endif %}
{% endmacro %}
