{#
    What happens before the first model: the settings are checked, then the input; only
    when all of it is right is anything written. `dbt seed` checks settings, never input;
    what reads no data checks nothing.
#}
{% macro prepare_run() %}
    {% set command = invocation_args_dict["which"] %}
    {% if execute and command in ("build", "run", "test", "seed", "retry", "freshness") %}
        {% do check_settings() %}
        {% if command == "freshness" %}
            {% do write_listed_slices() %}
        {% elif command != "seed" %}
            {% set rules = find_rules(command) %}
            {% set tables = tables_to_drop() %}
            {% if not tables and is_anything_committed() %}
                {% if flags.EMPTY %}
                    {% do stop("--empty would empty what is stored: take another warehouse.") %}
                {% endif %}
                {% do check_stored_settings(rules) %}
            {% endif %}
            {% do prepare_input(tables) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{#
    Where the seed excluded_events is, as SQL; the rule set must be in it. `dbt build` loads
    the seed after this check, so it looks into the seed's file; every other command uses
    what is in the warehouse.
#}
{% macro find_rules(command) %}
    {% set seed = graph.nodes["seed.session_analytics.excluded_events"] %}
    {% if command == "build" and seed.unique_id in selected_resources %}
        {% set rules = "read_csv(" ~ literal(seed.root_path ~ "/" ~ seed.original_file_path)
            ~ ", all_varchar = true)" %}
    {% else %}
        {% for node in graph.nodes.values() if node.resource_type == "seed"
            and node.package_name == "session_analytics"
            and not adapter.get_relation(node.database, node.schema, node.alias) %}
            {% do stop(
                "The seed " ~ node.name ~ " is not in the warehouse: run `dbt seed` once before"
                ~ " `dbt " ~ command ~ "`."
            ) %}
        {% endfor %}
        {% set rules = adapter.get_relation(seed.database, seed.schema, seed.alias) %}
    {% endif %}
    {% set rule_sets = query_values(
        "select distinct rule_set from " ~ rules ~ " order by rule_set"
    ) %}
    {% if var("exclusion_rule_set") not in rule_sets %}
        {% do stop(
            "exclusion_rule_set is " ~ shown(var("exclusion_rule_set"))
            ~ ": expected one of the seed excluded_events: " ~ rule_sets | join(", ") ~ "."
        ) %}
    {% endif %}
    {% do return(rules) %}
{% endmacro %}
