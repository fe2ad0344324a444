{#
    `dbt run --selector refresh` runs tables and incremental models only. Views need not be
    created again every five minutes, so it uses the views that `dbt build` or `dbt run` created.
    The table created_views in the raw schema has one row. It tells from which code and with
    which settings the views were created.
#}

{#
    Stops a run of only some models if a model that they build on is not in the warehouse. Views
    that the run does not create must have the run's settings, or the run stops. The run warns
    if they are older than the code.
#}
{% macro check_models_not_selected() %}
    {% set ours = our_models() %}
    {% set needed = models_above(selected_resources | select("in", ours) | list)
        | reject("in", selected_resources) | select("in", ours) | list %}
    {% for name in needed if is_missing(graph.nodes[name]) %}
        {% do stop(
            graph.nodes[name].name ~ " is not in the warehouse: run `"
            ~ dbt_command("build --selector run") ~ "` once before a run that leaves it out."
        ) %}
    {% endfor %}
    {% if needed | select("in", our_views()) | list %}{% do check_created_views() %}{% endif %}
{% endmacro %}

{# Whether a model is not in the warehouse. #}
{% macro is_missing(node) %}
    {% do return(adapter.dispatch("is_missing", "session_analytics")(node)) %}
{% endmacro %}

{% macro duckdb__is_missing(node) %}{% do return(relation_of(node) is none) %}{% endmacro %}

{# dbt-spark lists no views of Iceberg; created_views tells whether all of them were created. #}
{% macro spark__is_missing(node) %}
    {% do return(node.config.materialized != "view" and relation_of(node) is none) %}
{% endmacro %}

{# Two lists: our models, and those of them that are views, by their unique ids. #}
{% macro our_models() %}
    {% set names = [] %}
    {% for node in graph.nodes.values() if node.resource_type == "model"
        and node.package_name == "session_analytics" and node.config.materialized != "ephemeral" %}
        {% do names.append(node.unique_id) %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}

{% macro our_views() %}
    {% set names = [] %}
    {% for name in our_models() if graph.nodes[name].config.materialized == "view" %}
        {% do names.append(name) %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}

{# Compares the views in the warehouse with the settings and the code of this run. #}
{% macro check_created_views() %}
    {% set found = recorded_views() %}
    {% for name, value in settings_of_views().items() if found and found.get(name) != value %}
        {% do stop(
            name ~ " is " ~ value ~ " and was " ~ found.get(name, "unset") ~ " when the views were"
            ~ " created: run `" ~ (
                full_refresh_command() if flags.FULL_REFRESH
                else dbt_command("build --selector run")
            ) ~ "` once, or set it back."
        ) %}
    {% endfor %}
    {% if not found %}
        {% do stop(
            "The views in the warehouse were created by a run that did not finish, or that left"
            ~ " some of them out: run `" ~ dbt_command("build --selector run") ~ "` once."
        ) %}
    {% elif found["code"] != hash_of_code() %}
        {% do exceptions.warn(
            "The views in the warehouse are older than the code: run `"
            ~ dbt_command("build --selector run") ~ "` once to create them anew."
        ) %}
    {% endif %}
{% endmacro %}

{#
    Deletes the record if this run creates views that differ from the recorded ones. If it is
    killed, or leaves some of them out, no refresh may build on the views.
#}
{% macro forget_created_views() %}
    {% if our_views() | select("in", selected_resources) | list
        and recorded_views() not in [{}, views_of_this_run()] %}
        {% do run_query("drop table " ~ raw_table("created_views")) %}
    {% endif %}
{% endmacro %}

{# What was recorded of the views in the warehouse, name to text; empty if nothing was. #}
{% macro recorded_views() %}
    {% set rows = run_query(
        "select * from " ~ raw_table("created_views")
    ).rows if has_raw_table("created_views") else [] %}
    {% do return(rows[0].dict() if rows else {}) %}
{% endmacro %}

{#
    print_whether_views_are_current(): prints True if a refresh can use the seeds and views in
    the warehouse as they are, else False. operations/refresh.py asks it.
    dbt run-operation print_whether_views_are_current
#}
{% macro print_whether_views_are_current() %}
    {% set missing = [] %}
    {% for node in graph.nodes.values() if node.package_name == "session_analytics"
        and (node.resource_type == "seed" or node.unique_id in our_views())
        and not relation_of(node) %}
        {% do missing.append(node.unique_id) %}
    {% endfor %}
    {% do print(not missing and recorded_views() == views_of_this_run()) %}
{% endmacro %}

{# What this run would record of the views that it creates, name to text. #}
{% macro views_of_this_run() %}
    {% do return(dict(settings_of_views(), code=hash_of_code())) %}
{% endmacro %}

{# The settings that views depend on, name to text. #}
{% macro settings_of_views() %}
    {% set settings = {} %}
    {% for name in ["timezone", "source_timezone"] %}
        {% do settings.update({name: zone(name)}) %}
    {% endfor %}
    {% for name in [
        "board_days", "product_name", "stale_after_minutes", "event_source", "file_sources",
        "columns", "app_ids", "user_identity", "session_timeout_minutes", "exclusion_rule_set",
        "session_key", "session_tracking", "session_tracking_since", "clock_skew_tolerance_minutes",
        "board_periods", "key_events", "bounce_max_events", "bounce_max_seconds",
        "engaged_min_events", "engaged_min_seconds", "board_sessions",
    ] %}
        {% do settings.update({
            name: ("unset" if var(name) is none else var(name)) | string
        }) %}
    {% endfor %}
    {% do return(settings) %}
{% endmacro %}

{# A hash of the SQL files of the models and macros. #}
{% macro hash_of_code() %}
    {% do return(adapter.dispatch("hash_of_code", "session_analytics")()) %}
{% endmacro %}

{# Spark may run on another machine: there, it is that of what dbt knows of the models' files. #}
{% macro spark__hash_of_code() %}
    {% set checksums = [] %}
    {% for name in our_models() | sort %}
        {% do checksums.append(graph.nodes[name].checksum.checksum) %}
    {% endfor %}
    {% do return(local_md5(checksums | join)) %}
{% endmacro %}

{% macro duckdb__hash_of_code() %}
    {% set root = escaped(graph.nodes["seed.session_analytics.excluded_events"].root_path) %}
    {% do return(query_values(
        "select md5(string_agg(content, '' order by filename)) from read_text(["
        ~ literals([root ~ "/models/**/*.sql", root ~ "/macros/**/*.sql"]) ~ "])"
    )[0]) %}
{% endmacro %}

{# Records the views if a command has created all of them. `results` are its results. #}
{% macro record_created_views(results) %}
    {% set created = [] %}
    {% for result in results if result.status == "success" %}
        {% do created.append(result.node.unique_id) %}
    {% endfor %}
    {% if not our_views() | reject("in", created) | list %}
        {% set columns = [] %}
        {% for name, value in views_of_this_run().items() %}
            {% do columns.append(literal(value) ~ " as " ~ name) %}
        {% endfor %}
        {% do write_raw_schema({"created_views": "select " ~ columns | join(", ")}, {}) %}
    {% endif %}
{% endmacro %}
