{#
    Two runs at once. DuckDB's file has a lock. On Spark the run that began last goes on: every run
    writes its name before it reads what is stored, and the models of an overtaken run stop before
    they write. So a killed run keeps nobody waiting.

    An overtaken run may still finish the statement that it had begun. The later run would then
    build on rows that it has not seen. It therefore notes the snapshots of the stored tables as it
    begins. Before each write it stops if one of these tables has another snapshot than the noted
    one or its own. The next run treats what both have written like the rows of a killed run.

    A table that is written anew hides what was there. So it carries the run that created it, and a
    run stops if the stored tables were not all created by the same run.
#}

{# Makes this run the one that goes on. #}
{% macro overtake_other_runs() %}
    {% do run_query("create schema if not exists " ~ raw_schema()) %}
    {% do run_query(
        "create or replace table " ~ raw_table("run_at_work") ~ " using iceberg as"
        ~ " select " ~ literal(invocation_id) ~ " as run, name, snapshot"
        ~ " from (" ~ heads_of_stored_tables() ~ ") as heads"
    ) %}
{% endmacro %}

{#
    The last snapshot of each of these tables, and the one before it: a query. They are null for a
    table that does not exist.
#}
{% macro heads_of_stored_tables() %}
    {% set heads = [] %}
    {% for name in committed_tables() %}
        {% set table = stored_relation(name) %}
        {% do heads.append(
            "select " ~ literal(name) ~ " as name, max(snapshot_id) as snapshot,"
            ~ " max(parent_id) as parent from " ~ seen_now(table) ~ ".snapshots"
            ~ " where snapshot_id in (select snapshot_id from " ~ table ~ ".refs"
            ~ " where name = 'main')" if table
            else "select " ~ literal(name) ~ " as name, null::bigint as snapshot,"
            ~ " null::bigint as parent"
        ) %}
    {% endfor %}
    {% do return(heads | join(" union all ")) %}
{% endmacro %}

{# The property of a table of Iceberg that tells which run has created it. #}
{% macro name_of_creator() %}{% do return("session_analytics.created_by") %}{% endmacro %}

{# The run that has created a stored table; none if an older version has. #}
{% macro creator_of(name) %}
    {% for row in run_query("show tblproperties " ~ seen_now(stored_relation(name))).rows
        if row["key"] == name_of_creator() %}
        {% do return(row["value"]) %}
    {% endfor %}
{% endmacro %}

{# Stops a run that would add to tables of two builds. #}
{% macro check_tables_are_of_one_build() %}
    {% set creators = [] %}
    {% for name in committed_tables() %}
        {% do creators.append(creator_of(name) if stored_relation(name) else "missing") %}
    {% endfor %}
    {% if creators | unique | list | length > 1 %}
        {% do stop(
            committed_tables() | join(", ") ~ " do not belong together: one is missing, or two runs"
            ~ " at once created them. Build anew (" ~ full_refresh_command() ~ ")."
        ) %}
    {% endif %}
{% endmacro %}

{#
    The name of a table, as which the driver now sees its last snapshot: a driver keeps what it has
    read of a table, whatever others write.
#}
{% macro seen_now(table) %}
    {% do run_query("refresh table " ~ table) %}
    {% do return(table) %}
{% endmacro %}

{# Stops an overtaken run: a hook of the models, before they write. #}
{% macro stop_if_overtaken() %}
    {% do adapter.dispatch("stop_if_overtaken", "session_analytics")() %}
{% endmacro %}

{% macro duckdb__stop_if_overtaken() %}{% endmacro %}

{% macro spark__stop_if_overtaken() %}
    {% if execute and model.config.materialized != "view" %}
        {% do stop_where_overtaken() %}
    {% endif %}
{% endmacro %}

{# Stops this run if it is overtaken now. #}
{% macro stop_where_overtaken() %}
    {% set noted = seen_now(raw_table("run_at_work")) %}
    {% do stop_unless_last(run_query("select run from " ~ noted).rows) %}
{% endmacro %}

{% macro stop_unless_last(noted) %}
    {% if noted[0]["run"] != invocation_id %}
        {% do stop(
            "Another run has begun since, so this run stops. Nothing is lost: the other run"
            ~ " loads its slices. Let one run work at a time."
        ) %}
    {% endif %}
{% endmacro %}

{#
    Stops an overtaken run, and a run beside which something else has changed these tables. This run
    has written those before the table `name`, each with one commit, and none of the others.
#}
{% macro stop_if_others_wrote(name) %}
    {% set written = committed_tables()[:committed_tables().index(name)] %}
    {% set dropped = tables_to_drop() %}
    {% set noted = run_query(
        "select run, work.name, work.snapshot, heads.snapshot as head, heads.parent"
        ~ " from " ~ seen_now(raw_table("run_at_work")) ~ " as work"
        ~ " join (" ~ heads_of_stored_tables() ~ ") as heads on work.name = heads.name"
    ).rows %}
    {% do stop_unless_last(noted) %}
    {% for table in noted %}
        {% set begun_from = none if table["name"] in dropped else table["snapshot"] %}
        {% set is_ours = table["name"] in written and table["parent"] == begun_from
            and (table["name"] not in dropped or creator_of(table["name"]) == invocation_id) %}
        {% if table["head"] != begun_from and not is_ours %}
            {% do stop(
                table["name"] ~ " was written by something else while this run worked, so this run"
                ~ " stops. Nothing is lost: run again. Let one run work at a time."
            ) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{#
    dbt's strategy for a table to which each run adds rows with the next numbers. Two runs at once
    add the same numbers. On Spark a merge by number then lets one of them commit; two appends
    would both succeed.
#}
{% macro strategy_for_numbered_rows() %}
    {%- do return(adapter.dispatch("strategy_for_numbered_rows", "session_analytics")()) -%}
{% endmacro %}

{% macro duckdb__strategy_for_numbered_rows() %}{% do return("append") %}{% endmacro %}

{% macro spark__strategy_for_numbered_rows() %}{% do return("merge") %}{% endmacro %}
