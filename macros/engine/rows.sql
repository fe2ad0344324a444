{# Rows and columns, as each engine spells them. #}

{# All columns but some; of a relation, if its name is given. #}
{% macro all_but(columns, relation=none) %}
    {%- do return(
        (relation ~ "." if relation else "") ~ "* "
        ~ adapter.dispatch("word_for_all_but", "session_analytics")()
        ~ " (" ~ columns | join(", ") ~ ")"
    ) -%}
{% endmacro %}

{% macro duckdb__word_for_all_but() %}{% do return("exclude") %}{% endmacro %}

{% macro spark__word_for_all_but() %}{% do return("except") %}{% endmacro %}

{#
    One value that holds several columns, `column` or `expression as name`. A value whose columns
    are null is not null itself.
#}
{% macro struct_of(columns) %}
    {%- do return(adapter.dispatch("struct_of", "session_analytics")(columns)) -%}
{% endmacro %}

{% macro duckdb__struct_of(columns) %}
    {%- set fields = [] -%}
    {%- for column in columns -%}
        {%- set value, _, name = column.rpartition(" as ") -%}
        {%- do fields.append(name ~ " := " ~ (value or name)) -%}
    {%- endfor -%}
    {%- do return("struct_pack(" ~ fields | join(", ") ~ ")") -%}
{% endmacro %}

{% macro spark__struct_of(columns) %}
    {%- do return("struct(" ~ columns | join(", ") ~ ")") -%}
{% endmacro %}

{#
    Unites queries by the names of their columns. Spark has no such union: there, both queries must
    list the same columns in the same order.
#}
{% macro union_all_by_name() %}
    {%- do return(adapter.dispatch("union_all_by_name", "session_analytics")()) -%}
{% endmacro %}

{% macro duckdb__union_all_by_name() %}{% do return("union all by name") %}{% endmacro %}

{% macro spark__union_all_by_name() %}{% do return("union all") %}{% endmacro %}

{#
    The last value in a window that is not null, or the first one. A window is SQL as it follows
    `over`; its frame says whether the row itself counts.
#}
{% macro last_known(column, window) %}
    {%- do return(adapter.dispatch("known_value", "session_analytics")("last", column, window)) -%}
{% endmacro %}

{% macro first_known(column, window) %}
    {%- do return(adapter.dispatch("known_value", "session_analytics")("first", column, window)) -%}
{% endmacro %}

{% macro duckdb__known_value(place, column, window) %}
    {%- do return(place ~ "_value(" ~ column ~ " ignore nulls) over " ~ window) -%}
{% endmacro %}

{% macro spark__known_value(place, column, window) %}
    {%- do return(place ~ "_value(" ~ column ~ ") ignore nulls over " ~ window) -%}
{% endmacro %}

{#
    Says whether a CTE is worked out once and kept, or again wherever it is read. Spark decides
    this itself: what must be kept there is a table.
#}
{% macro materialized(is_kept=true) %}
    {%- do return(adapter.dispatch("materialized", "session_analytics")(is_kept)) -%}
{% endmacro %}

{% macro duckdb__materialized(is_kept) %}
    {%- do return("materialized" if is_kept else "not materialized") -%}
{% endmacro %}

{% macro spark__materialized(is_kept) %}{% do return("") %}{% endmacro %}

{#
    The column that tells the rows of a table apart. On Spark, it is the row lineage of Iceberg's
    format version 3.
#}
{% macro row_id() %}
    {%- do return(adapter.dispatch("row_id", "session_analytics")()) -%}
{% endmacro %}

{% macro duckdb__row_id() %}{% do return("rowid") %}{% endmacro %}

{% macro spark__row_id() %}{% do return("_row_id") %}{% endmacro %}

{#
    A hint for a join, after its `select`: Spark sends the rows of a CTE to where the rows of the
    other relation are, and does not move all of these to find a few. The hint is left out if there
    are more than 5 million: they would not fit into a machine's memory. They are counted in
    `relation`, of which SQL in `clause` may choose some.
#}
{% macro broadcast(rows, relation, clause="") %}
    {%- do return(
        adapter.dispatch("broadcast", "session_analytics")(rows, relation, clause)
    ) -%}
{% endmacro %}

{% macro duckdb__broadcast(rows, relation, clause) %}{% do return("") %}{% endmacro %}

{% macro spark__broadcast(rows, relation, clause) %}
    {%- set is_counted = execute and not relation.is_cte and load_cached_relation(relation) -%}
    {%- set count = query_values(
        "select count(*) from (select 1 from " ~ relation ~ " " ~ clause ~ ")"
    )[0] if is_counted else 0 -%}
    {%- do return("/*+ broadcast(" ~ rows ~ ") */" if count <= 5000000 else "") -%}
{% endmacro %}

{#
    The rows of `rows` whose `key` is among those of `keys`, two relations: a query in brackets.
    DuckDB looks for them in the column of the key alone, and fetches the others of the rows that it
    finds by their row_id, a column of `rows`. Spark scans all columns once.
#}
{% macro rows_with_keys(rows, key, keys) %}
    {%- do return(
        adapter.dispatch("rows_with_keys", "session_analytics")(rows, key, keys)
    ) -%}
{% endmacro %}

{% macro duckdb__rows_with_keys(rows, key, keys) %}
    (
        select *
        from {{ rows }}
        where row_id in (
            select row_id from {{ rows }} where {{ key }} in (select {{ key }} from {{ keys }})
        )
    )
{% endmacro %}

{% macro spark__rows_with_keys(rows, key, keys) %}
    (
        select *
        from {{ rows }}
        where {{ key }} in (
            select {{ broadcast("few_keys", keys) }} {{ key }} from {{ keys }} as few_keys
        )
    )
{% endmacro %}

{# The columns of rows, a relation: a list of {name, type}, by the types' names on DuckDB. #}
{% macro describe_columns(rows) %}
    {% do return(adapter.dispatch("describe_columns", "session_analytics")(rows)) %}
{% endmacro %}

{% macro duckdb__describe_columns(rows) %}
    {% set columns = [] %}
    {% for row in run_query("describe select * from " ~ rows).rows %}
        {% do columns.append({"name": row["column_name"], "type": row["column_type"]}) %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{% macro spark__describe_columns(rows) %}
    {% set types = {
        "string": "VARCHAR", "timestamp_ntz": "TIMESTAMP", "timestamp": "TIMESTAMP WITH TIME ZONE",
        "void": '"NULL"',
    } %}
    {% set columns = [] %}
    {% for name, type, _ in run_query("describe query select * from " ~ rows).rows %}
        {% set type = modules.re.sub("^(var)?char[(].*", "string", type) %}
        {% set element = modules.re.sub("^array<(.*)>$", "\\1[]", type) %}
        {% do columns.append({"name": name, "type": types.get(type, element | upper)}) %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{# A type of DuckDB, as the engine calls it. #}
{% macro sql_type(type) %}
    {%- do return(adapter.dispatch("sql_type", "session_analytics")(type)) -%}
{% endmacro %}

{% macro duckdb__sql_type(type) %}{% do return(type) %}{% endmacro %}

{# Spark has no unsigned integers. #}
{% macro spark__sql_type(type) %}
    {%- do return({"varchar": "string", "ubigint": "bigint"}.get(type, type)) -%}
{% endmacro %}

{# The format of a table, as SQL that follows its name. #}
{% macro table_format() %}
    {%- do return(adapter.dispatch("table_format", "session_analytics")()) -%}
{% endmacro %}

{% macro duckdb__table_format() %}{% do return("") %}{% endmacro %}

{% macro spark__table_format() %}{% do return(" using iceberg") %}{% endmacro %}
