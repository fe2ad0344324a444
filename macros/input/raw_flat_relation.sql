{#
    A table: a slice is an hour of its loaded_at, or all of it. The rows without a loaded_at
    are a slice of their own.
#}
{% macro flat_relation() %}
    {% set relation = events_relation() %}
    {% set columns = describe_columns(relation) %}
    {% do check_event_columns(columns, relation) %}
    {% set type = types_by_name(columns).get("loaded_at") %}
    {% set slice = slice_of_table_row(type) %}
    {% set slices = query_values(
        "select slice from temp.slices_to_load where " ~ source_of_slice("slice")
        ~ " = 'flat' order by slice"
    ) %}
    {% set wanted = slice ~ " in (" ~ (literals(slices) or "null") ~ ")" %}
    {# what DuckDB can prune by, where all slices are hours of this era #}
    {% if type in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE") and query_values(
        "select bool_and(regexp_full_match(slice, 'flat/[0-9]{4}-[0-9-]{5}T[0-9]{2}'))"
        ~ " from temp.slices_to_load where " ~ source_of_slice("slice") ~ " = 'flat'"
    )[0] %}
        {% set wanted = wanted ~ " and raw_rows.loaded_at >= '" ~ slices[0][5:] ~ ":00:00'::"
            ~ type ~ " and raw_rows.loaded_at < '" ~ slices[-1][5:] ~ ":00:00'::" ~ type
            ~ " + interval 1 hour" %}
    {% endif %}
    {% do return({
        "rows": relation,
        "columns": columns,
        "as_text": has_text_times(columns),
        "slice": slice,
        "wanted": wanted,
    }) %}
{% endmacro %}

{# The slice of a row of the table: `type` is that of its loaded_at, none without one. #}
{% macro slice_of_table_row(type) %}
    {% do return(
        "concat_ws('/', 'flat', strftime(date_trunc('hour', " ~ table_loaded_at(type)
        ~ "), '%Y-%m-%dT%H'))" if type else "'flat'"
    ) %}
{% endmacro %}

{# A table's loaded_at, of a type or none, as a timestamp in UTC. #}
{% macro table_loaded_at(type) %}
    {% do return({
        none: "null::timestamp",
        "TIMESTAMP": "raw_rows.loaded_at",
        "TIMESTAMP WITH TIME ZONE": "raw_rows.loaded_at at time zone 'UTC'",
    }.get(type, read_time("raw_rows.loaded_at::varchar"))) %}
{% endmacro %}

{#
    The query of the table's slices: see list_slices. The rows without a loaded_at are told
    apart by all that they hold, and DuckDB finds them without reading the others. When a
    column of the contract comes or goes, everything is loaded again.
#}
{% macro list_slices_of_table() %}
    {%- set relation = events_relation() -%}
    {%- set types = types_by_name(describe_columns(relation)) -%}
    {%- set loaded_at = table_loaded_at(types.get("loaded_at")) -%}
    {%- set columns = [] -%}
    {%- for column in event_columns() if column.name in types -%}
        {%- do columns.append(column.name) -%}
    {%- endfor -%}
    select
        {{ slice_of_table_row(types.get("loaded_at")) }} as slice,
        concat(
            'latest ', max({{ loaded_at }}), ', ', {{ fingerprint_of_rows([loaded_at]) }},
            ' of columns {{ columns | join(", ") }}'
        ) as fingerprint,
        true as is_settled,
        max({{ loaded_at }}) as arrived_at
    from {{ relation }} as raw_rows
    where {{ loaded_at }} is not null
    group by slice
    union all
    select
        'flat' as slice,
        concat(
            {{ fingerprint_of_rows(columns) }}, ' of columns {{ columns | join(", ") }}'
        ) as fingerprint,
        true as is_settled,
        null as arrived_at
    from {{ relation }} as raw_rows
    where {{ loaded_at }} is null
    having count(*) > 0
{% endmacro %}
