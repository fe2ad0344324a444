{#
    How dbt creates a view or a table of this project: DuckDB replaces it in one statement.
    dbt-duckdb would create the new one beside the old one, rename both and drop the old one. That
    takes longer, and a killed run leaves the old one behind. A project that installs this one as
    a package keeps dbt-duckdb's way.
#}
{% materialization view, adapter="duckdb" %}
    {{ return(replace_relation("view")) }}
{% endmaterialization %}

{% materialization table, adapter="duckdb" %}
    {{ return(replace_relation("table")) }}
{% endmaterialization %}

{# Replaces the current model's relation by a view or table of its SQL, in one transaction. #}
{% macro replace_relation(type) %}
    {% set stored = load_cached_relation(this) %}
    {% set relation = this.incorporate(type=type) %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if stored and stored.type != type %}{% do adapter.drop_relation(stored) %}{% endif %}
    {% if config.get("contract").enforced %}{% do get_assert_columns_equivalent(sql) %}{% endif %}
    {% call statement("main") %}
        create or replace {{ type }} {{ relation }} as (
            {{ sql }}
        )
    {% endcall %}
    {% do persist_docs(relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {% do return({"relations": [relation]}) %}
{% endmacro %}
