{#
    Two runs at once. DuckDB's file has a lock. On Spark the run that began last goes on: every run
    writes its name before it reads what is stored, and the models of an overtaken run stop before
    they write. So a killed run keeps nobody waiting.

    An overtaken run may still finish the statement that it had begun. The later run would then
    build on rows that it has not seen. It therefore notes the snapshots of the stored tables as it
    begins, and stops before its commit if anything but its own one commit has changed them. The
    next run treats what both have written like the rows of a killed run.
#}

{# Makes this run the one that goes on. #}
{% macro overtake_other_runs() %}
    {% do run_query("create schema if not exists " ~ raw_schema()) %}
    {% do run_query(
        "create or replace table " ~ raw_table("run_at_work") ~ " using iceberg as"
        ~ " select " ~ literal(invocation_id) ~ " as run, heads.*"
        ~ " from (" ~ heads_of_stored_tables() ~ ") as heads"
    ) %}
{% endmacro %}

{#
    The last snapshot of each of these tables, and the one before: a query. A table that does not
    exist has none.
#}
{% macro heads_of_stored_tables() %}
    {% set heads = [
        "select null::string as name, null::bigint as snapshot, null::bigint as parent"
    ] %}
    {% for name in committed_tables() if stored_relation(name) %}
        {% set table = seen_now(stored_relation(name)) %}
        {% do heads.append(
            "select " ~ literal(name) ~ ", snapshot_id, parent_id from " ~ table ~ ".snapshots"
            ~ " where snapshot_id in (select snapshot_id from " ~ table ~ ".refs"
            ~ " where name = 'main')"
        ) %}
    {% endfor %}
    {% do return(heads | join(" union all ")) %}
{% endmacro %}

{# A table as it is now: a driver keeps what it read of a table, whatever others write. #}
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
        {% set noted = seen_now(raw_table("run_at_work")) %}
        {% do stop_unless_last(run_query("select run from " ~ noted).rows) %}
    {% endif %}
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
    {% set unwritten = committed_tables()[committed_tables().index(name):] %}
    {% set noted = run_query(
        "select run, work.name, work.snapshot, heads.snapshot as head, heads.parent"
        ~ " from " ~ seen_now(raw_table("run_at_work")) ~ " as work"
        ~ " left join (" ~ heads_of_stored_tables() ~ ") as heads on work.name = heads.name"
    ).rows %}
    {% do stop_unless_last(noted) %}
    {% for table in noted if table["head"] is not none and table["parent"] is not none
        and table["head"] != table["snapshot"]
        and (table["parent"] != table["snapshot"] or table["name"] in unwritten) %}
        {% do stop(
            table["name"] ~ " was written by something else while this run worked, so this run"
            ~ " stops. Nothing is lost: run again. Let one run work at a time."
        ) %}
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
