{# What a run did, in one line of its log: the slices that it loaded, and their rows. #}
{% macro report_run() %}
    {% set record = "model.session_analytics.loaded_slices" %}
    {% if execute and record in selected_resources and stored_relation("loaded_slices")
        and invocation_args_dict["which"] in ("build", "run") %}
        {% set loaded = run_query(
            "select count(*) as slice_count, coalesce(sum(row_count), 0) as row_count"
            ~ " from " ~ stored_relation("loaded_slices")
            ~ " where loaded_at = " ~ utc_timestamp(run_started_at)
        ).rows[0] %}
        {% do log("Loaded {:,} slices with {:,} rows.".format(*loaded.values()) ~ (
            " Nothing is committed, for models are left out." if models_left_out(record) else ""
        ), info=true) %}
    {% endif %}
{% endmacro %}
