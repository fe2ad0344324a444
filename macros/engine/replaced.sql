{#
    The materialization `replaced`: a table of which a run replaces rows by key. The rows that the
    model selects come in, and all stored rows with one of the replaced keys go out, in one commit:
    a run that is killed leaves the table as it was.

    unique_key     the columns of the key, a text or a list. Several rows may have the same key,
                   unlike in dbt's own incremental models
    pruned_by      a column of the key, a whole number: only for speed, an engine skips the parts of
                   the table in which it lies outside the range of the keys
    replaced_keys  the query of the keys whose rows go out, a text that dbt renders when the model
                   runs; without it, the keys of the rows that come in
#}

{# Whether this run adds to what the current model has stored. #}
{% macro adds_to_stored() %}
    {% do return(
        execute and load_cached_relation(this) is not none and not should_full_refresh()
    ) %}
{% endmacro %}

{# The columns of a replaced model's key, a list. #}
{% macro key_columns() %}
    {% do return(as_list(config.require("unique_key"))) %}
{% endmacro %}

{# The query of the keys whose rows go out. `rows` is a table of the rows that come in. #}
{% macro select_replaced_keys(rows) %}
    {% set query = config.get("replaced_keys") %}
    {% do return(
        render(query) if query
        else "select distinct " ~ key_columns() | join(", ") ~ " from " ~ rows
    ) %}
{% endmacro %}

{# Stops the run unless the rows that come in have the columns of the stored table. #}
{% macro check_columns_of_rows(found, expected) %}
    {% if found | sort != expected | sort %}
        {% do stop(
            this ~ " has the columns " ~ expected | join(", ") ~ ", and the run found "
            ~ found | join(", ") ~ ": build anew (" ~ full_refresh_command() ~ ")."
        ) %}
    {% endif %}
{% endmacro %}

{% materialization replaced, adapter="duckdb" %}
    {% set relation = this.incorporate(type="table") %}
    {% set rows = this.identifier ~ "__rows" %}
    {% set keys = this.identifier ~ "__replaced_keys" %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if config.get("contract").enforced %}{% do get_assert_columns_equivalent(sql) %}{% endif %}
    {% if not adds_to_stored() %}
        {% call statement("main") %}
            create or replace table {{ relation }} as (
                {{ sql }}
            )
        {% endcall %}
    {% else %}
        {% do create_temporary(rows, sql) %}
        {% do create_temporary(keys, select_replaced_keys(rows)) %}
        {% set columns = describe_columns(rows) | map(attribute="name") | list %}
        {% do check_columns_of_rows(
            columns, describe_columns(relation) | map(attribute="name") | list
        ) %}
        {% call statement("main") %}
            {{ delete_replaced(relation, keys) }};
            insert into {{ relation }} ({{ columns | join(", ") }})
            select {{ columns | join(", ") }}
            from {{ rows }}
        {% endcall %}
    {% endif %}
    {% do persist_docs(relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {% for name in [rows, keys] %}
        {% do run_query("drop table if exists temp." ~ name) %}
    {% endfor %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{# The statement of DuckDB that deletes the rows of `keys`, a table. #}
{% macro delete_replaced(relation, keys) %}
    {% set place = config.get("pruned_by") %}
    delete from {{ relation }} as stored
    using {{ keys }} as replaced
    where
        {% for column in key_columns() -%}
            {{ "and " if not loop.first }}stored.{{ column }} = replaced.{{ column }}
        {% endfor -%}
        {% if place -%}
            and stored.{{ place }} >= (select min({{ place }}) from {{ keys }})
            and stored.{{ place }} <= (select max({{ place }}) from {{ keys }})
        {%- endif %}
{% endmacro %}
