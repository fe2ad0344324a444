{#
    Spark replaces rows by one MERGE, which is one commit of Iceberg. Its source is written as a
    table first, because MERGE evaluates a query several times. A row that comes in has no key there
    and so meets no stored row; each replaced key is a row that only deletes.
#}
{% materialization replaced, adapter="spark" %}
    {% set relation = this.incorporate(type="table") %}
    {{ run_hooks(pre_hooks) }}
    {% if config.get("contract").enforced %}{% do get_assert_columns_equivalent(sql) %}{% endif %}
    {% if not adds_to_stored() %}
        {% do stop_if_others_wrote(this.identifier) %}
        {% call statement("main") %}
            create or replace table {{ relation }}
            using iceberg
            {{ partitions_of_replaced() }}
            tblproperties (
                -- version 3 tells rows apart (row_id); a merge writes no row again that it keeps
                'format-version' = '3',
                'write.delete.mode' = 'merge-on-read',
                'write.update.mode' = 'merge-on-read',
                'write.merge.mode' = 'merge-on-read',
                {{ literal(name_of_creator()) }} = {{ literal(invocation_id) }}
            )
            as
            {{ sql }}
        {% endcall %}
    {% else %}
        {% set rows = this.incorporate(path={"identifier": this.identifier ~ "__rows"}) %}
        {% do run_query("create or replace table " ~ rows ~ " using iceberg as " ~ sql) %}
        {% set columns = adapter.get_columns_in_relation(relation) %}
        {% do check_columns_of_rows(
            adapter.get_columns_in_relation(rows) | map(attribute="name") | list,
            columns | map(attribute="name") | list
        ) %}
        {% do stop_if_others_wrote(this.identifier) %}
        {% call statement("main") %}
            {{ merge_replaced(relation, columns, rows, "(" ~ select_replaced_keys(rows) ~ ")") }}
        {% endcall %}
        {% do drop_with_files(rows) %}
    {% endif %}
    {% do persist_docs(relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{# Drops a table of Spark. Without `purge`, its files would stay for ever. #}
{% macro drop_with_files(table) %}
    {% do run_query("drop table if exists " ~ table ~ " purge") %}
{% endmacro %}

{# Iceberg's partitions of a replaced table: days, as numbers of slots. #}
{% macro partitions_of_replaced() %}
    {% if config.get("pruned_by") %}
        partitioned by (truncate({{ slots_per_day() }}, {{ config.get("pruned_by") }}))
    {% endif %}
{% endmacro %}

{# How many slots of one timeout a day has, at least one. #}
{% macro slots_per_day() %}
    {% do return([86400000000 // ([timeout_microseconds() | int, 1] | max), 1] | max) %}
{% endmacro %}

{#
    The MERGE of Spark. `columns` are the stored table's, `rows` is the table of the rows that come
    in, `keys` is the query of the replaced keys, in brackets. The range of pruned_by is written as
    numbers: Iceberg skips partitions by these alone.
#}
{% macro merge_replaced(relation, columns, rows, keys) %}
    {% set place = config.get("pruned_by") %}
    {% set names = columns | map(attribute="name") | list %}
    {% set range = run_query(
        "select min(" ~ place ~ ") as first, max(" ~ place ~ ") as last from " ~ keys
    ).rows[0] if place else [none] %}
    merge into {{ relation }} as stored
    using (
        select
            true as is_row,
            {%- for column in columns if column.name in key_columns() %}
            null::{{ column.dtype }} as replaced_{{ column.name }},
            {%- endfor %}
            {{ names | join(", ") }}
        from {{ rows }}
        union all
        select
            false as is_row,
            {%- for column in columns if column.name in key_columns() %}
            {{ column.name }} as replaced_{{ column.name }},
            {%- endfor %}
            {%- for name in names %}
            null as {{ name }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ keys }} as replaced_keys
    ) as arriving
    on
        {% for column in key_columns() -%}
            {{ "and " if not loop.first }}stored.{{ column }} = arriving.replaced_{{ column }}
        {% endfor -%}
        {% if range[0] is not none -%}
            and stored.{{ place }} >= {{ range[0] | int }}
            and stored.{{ place }} <= {{ range[1] | int }}
        {%- endif %}
    when matched then delete
    when not matched and arriving.is_row
        then insert ({{ names | join(", ") }}) values (arriving.{{ names | join(", arriving.") }})
{% endmacro %}
