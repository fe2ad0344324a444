{#
    on-run-start: the steps before the first model. Every check comes before the first write, so
    a run that stops here leaves the warehouse as it was. The only earlier write is the sample
    export: it is written into sample/export if the run reads it and it does not exist yet.
    `dbt test` and `dbt seed` only check the settings: they prepare no input.
#}
{% macro start_run() %}
    {% do adapter.dispatch("start_run", "session_analytics")() %}
{% endmacro %}

{% macro duckdb__start_run() %}
    {% set command = invocation_args_dict["which"] %}
    {% if execute and command in ("build", "run", "retry") %}
        {% do check_settings() %}
        {% set rules = exclusion_rules_of_this_run(command) %}
        {% do check_rule_set(rules) %}
        {% set tables = tables_to_drop() %}
        {% if rebuilds_from_log() %}{% do check_rebuild() %}{% endif %}
        {% do check_build_settings(rules, tables) %}
        {% do check_models_not_selected() %}

        {% if not rebuilds_from_log() %}{% do prepare_input() %}{% endif %}
        {% set views = read_input(tables) %}

        {% do forget_created_views() %}
        {% do drop_tables(tables) %}
        {% do views.update(stored_views()) %}
        {% do write_raw_schema(input_tables(), views) %}
        {% do create_record_of_refreshes() %}
        {% do create_forgotten_users() %}
        {% if rebuilds_from_log() %}{% do mark_rebuild() %}{% endif %}
    {% elif execute and command in ("test", "seed") %}
        {% do check_settings() %}
    {% elif execute and command == "freshness" %}
        {% do check_settings() %}
        {% do check_events_relation() %}
        {% do list_input() %}
        {% do write_raw_schema({"slices": "select * from temp.listed_slices"}, {}) %}
        {% do check_newest_event() %}
    {% endif %}
{% endmacro %}

{#
    SQL of the relation in which this run finds the seed excluded_events. `dbt build` loads the
    seed after this step, so it reads the seed's file. Every other command reads the table, and
    stops if it is missing.
#}
{% macro exclusion_rules_of_this_run(command) %}
    {% set seed = graph.nodes["seed.session_analytics.excluded_events"] %}
    {% if command == "build" and seed.unique_id in selected_resources %}
        {% do return(
            "read_csv(" ~ literal(seed.root_path ~ "/" ~ seed.original_file_path)
            ~ ", all_varchar = true)"
        ) %}
    {% endif %}
    {% for node in graph.nodes.values() if node.resource_type == "seed"
        and node.package_name == "session_analytics"
        and not adapter.get_relation(node.database, node.schema, node.alias) %}
        {% do stop(
            "The seed " ~ node.name ~ " is not in the warehouse: run `" ~ dbt_command("seed")
            ~ "` once before `" ~ dbt_command(command) ~ "`."
        ) %}
    {% endfor %}
    {% do return(adapter.get_relation(seed.database, seed.schema, seed.alias)) %}
{% endmacro %}

{#
    Stops the run unless `rules` has the rule set of the variable exclusion_rule_set. On Spark, a
    first `dbt build` has no rules before it has loaded the seed: a model checks them then.
#}
{% macro check_rule_set(rules) %}
    {% if not execute %}{% do return("") %}{% endif %}
    {% set rule_sets = query_values(
        "select distinct rule_set from " ~ rules ~ " order by rule_set"
    ) %}
    {% if var("exclusion_rule_set") not in rule_sets %}
        {% do stop(
            "exclusion_rule_set is " ~ shown(var("exclusion_rule_set"))
            ~ ": expected one of the seed excluded_events: " ~ rule_sets | join(", ")
            ~ ". After a change of the seed's file, run `" ~ dbt_command("seed") ~ "`."
        ) %}
    {% endif %}
{% endmacro %}

{# Checks the table events_relation, and writes the sample if the run reads it. #}
{% macro prepare_input() %}
    {% do check_events_relation() %}
    {% do write_sample_where_it_is_read() %}
{% endmacro %}

{#
    Writes the sample export if this run reads it and it does not exist yet. Logs that the sample
    is read, so that a user notices an EVENTS_PATH that was not set.
#}
{% macro write_sample_where_it_is_read() %}
    {% if is_sample_read() %}
        {% do log("EVENTS_PATH is not set: reading the sample", info=true) %}
        {% do write_sample_once(sample_folder()) %}
    {% endif %}
{% endmacro %}

{# Whether the sample is read: no other input is set, and no other project uses us as a package. #}
{% macro is_sample_read() %}
    {% do return(sources_from_files() and not var("events_path", none)
        and not env_var("EVENTS_PATH", "") and project_name == "session_analytics") %}
{% endmacro %}

{# Drops those of our tables, a list of names, that are in the warehouse. #}
{% macro drop_tables(tables) %}
    {% for name in tables if stored_relation(name) %}
        {% do drop_table(stored_relation(name)) %}
    {% endfor %}
{% endmacro %}

{# Drops a table, and dbt knows it no more. #}
{% macro drop_table(relation) %}
    {% do adapter.dispatch("drop_table", "session_analytics")(relation) %}
{% endmacro %}

{% macro duckdb__drop_table(relation) %}{% do adapter.drop_relation(relation) %}{% endmacro %}

{% macro spark__drop_table(relation) %}
    {% do drop_with_files(relation) %}
    {% do adapter.drop_relation(relation) %}
{% endmacro %}
