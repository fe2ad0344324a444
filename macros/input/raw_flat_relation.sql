{# A table: a slice is an hour of its loaded_at, or all of it. #}
{% macro flat_relation() %}
    {% set relation = events_relation() %}
    {% set columns = describe_columns(relation) %}
    {% do check_event_columns(columns, relation) %}
    {% set has_loaded_at = "loaded_at" in columns | map(attribute="name") | map("lower") %}
    {% do return({
        "rows": relation,
        "columns": columns,
        "as_text": has_text_times(columns),
        "slice": "concat_ws('/', 'flat', strftime(date_trunc('hour', "
            ~ read_time("raw_rows.loaded_at::varchar") ~ "), '%Y-%m-%dT%H'))"
            if has_loaded_at else "'flat'",
    }) %}
{% endmacro %}
