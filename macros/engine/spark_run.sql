{#
    The steps of a run on Spark, in the place of those of DuckDB (start_run, end_run). Spark reads
    a table of flat events (variable events_relation). Files, the sample, the page, a rebuild from
    the log and forgetting users stay with DuckDB.
#}

{% macro spark__start_run() %}
    {% set command = invocation_args_dict["which"] %}
    {% if execute and command in ("build", "run", "retry") %}
        {% do check_settings() %}
        {% do check_what_spark_reads() %}
        {% do check_models_not_selected() %}
        {% set columns = columns_of_spark_table() %}
        {% do overtake_other_runs() %}
        {% set rules = spark_exclusion_rules() %}
        {% set tables = tables_to_drop() %}
        {% if rules %}
            {% do check_rule_set(rules) %}
            {% do check_build_settings(rules, tables) %}
        {% endif %}
        {% if not tables %}{% do check_tables_are_of_one_build() %}{% endif %}
        {% do write_spark_slices(columns, builds_anew=tables | length > 0) %}
        {% do stop_where_overtaken() %}
        {% do forget_created_views() %}
        {% do drop_tables(tables) %}
        {% do create_spark_tables() %}
        {% do write_raw_schema({}, dict(stored_views(), **spark_flat_views(columns))) %}
    {% elif execute and command in ("test", "seed") %}
        {% do check_settings() %}
    {% endif %}
{% endmacro %}

{% macro spark__end_run(results) %}
    {% if execute and invocation_args_dict["which"] in ("build", "run") %}
        {% do record_created_views(results) %}
        {% if "model.session_analytics.loaded_slices" in selected_resources
            and stored_relation("loaded_slices") %}
            {% do say_what_was_loaded() %}
        {% endif %}
    {% endif %}
{% endmacro %}

{# Stops a run that asks Spark for what stays with DuckDB. #}
{% macro check_what_spark_reads() %}
    {% if not var("events_relation", none) %}
        {% do stop(
            "events_relation is not set: on Spark, expected a table of flat events, as"
            ~ " [catalog.]schema.name. Files and the sample are read on DuckDB only."
        ) %}
    {% elif var("events_relation") is not string or not modules.re.match(
        "(`[^`]+`|\\w+)([.](`[^`]+`|\\w+)){0,2}$", var("events_relation")
    ) %}
        {% do stop(
            "events_relation is " ~ shown(var("events_relation")) ~ ": expected the name of a"
            ~ " table, as [catalog.]schema.name, with `backticks` around other signs than letters,"
            ~ " digits and _."
        ) %}
    {% elif var("rebuild_from") == "log" %}
        {% do stop("rebuild_from is log, which works on DuckDB only: expected input.") %}
    {% endif %}
    {% do check_spark_table() %}
{% endmacro %}

{# Stops the run if events_relation is no table or view, or one that this project writes. #}
{% macro check_spark_table() %}
    {% set name = var("events_relation") %}
    {% do check_is_not_written((name | replace("`", "")).split(".")[-2:]) %}
    {% if not adapter.get_columns_in_relation(api.Relation.create(identifier=name)) %}
        {% do stop(
            input_in_words(of_relation=true) ~ ": found no such table or view; expected"
            ~ " [catalog.][schema.]name."
        ) %}
    {% endif %}
{% endmacro %}

{#
    The seed excluded_events; none in a first `dbt build`, which loads it after this step.
    engine_settings tells of a file that was changed since.
#}
{% macro spark_exclusion_rules() %}
    {% set seed = graph.nodes["seed.session_analytics.excluded_events"] %}
    {% set rules = relation_of(seed) %}
    {% if not rules and seed.unique_id not in selected_resources %}
        {% do stop(
            "The seed " ~ seed.name ~ " is not in the warehouse: run `" ~ dbt_command("seed")
            ~ "` once before `" ~ dbt_command(invocation_args_dict["which"]) ~ "`."
        ) %}
    {% endif %}
    {% do return(rules) %}
{% endmacro %}

{% macro spark__forget_user(user_id) %}
    {% do stop(
        "forget_user works on DuckDB only: delete the user's rows from events_relation, and run"
        ~ " again."
    ) %}
{% endmacro %}

{# Writes the slices that the table has and those that this run loads into the raw schema. #}
{% macro write_spark_slices(columns, builds_anew) %}
    {% do write_raw_schema({
        "slices": list_spark_slices(columns),
        "unfinished_slices": "select slice from ("
            ~ (no_slice() if builds_anew else unfinished_slices()) ~ ")",
        "slices_to_load": slices_to_load(
            raw_table("slices"),
            "(select * from " ~ recorded_slices() ~ (" where false" if builds_anew else "") ~ ")",
            raw_table("unfinished_slices"), chosen_file_sources(), var("slices_per_run")
        ),
    }, {}) %}
{% endmacro %}

{#
    Creates the tables that operations of DuckDB fill: models read them, and find them empty. Also
    creates the feed. Two first builds at once would each write it anew, with the same numbers.
#}
{% macro create_spark_tables() %}
    {% set feed = graph.nodes["model.session_analytics.int_session_concluded_changes"] %}
    {% if not relation_of(feed) %}
        {% set relation = api.Relation.create(
            feed.database, feed.schema, feed.alias, type="table"
        ) %}
        {% do run_query("create schema if not exists " ~ feed.schema) %}
        {% do run_query(
            "create table if not exists " ~ relation ~ " using iceberg as "
            ~ no_row(columns_of_changes())
        ) %}
        {% do adapter.cache_added(relation) %}
    {% endif %}
    {% do create_record_of_refreshes() %}
    {% do run_query(
        "create table if not exists " ~ raw_table("forgotten_users")
        ~ " (user_hash string, salt string, forgotten_at timestamp_ntz,"
        ~ " told_sessions array<string>) using iceberg"
    ) %}
{% endmacro %}
