{# Parquet: the types are the file's own; files of one schema are read together. #}
{% macro flat_parquet_groups(files) %}
    {% set schemas = run_query(
        "select list(file_name order by file_name)::json::varchar as files from ("
        ~ "select file_name, list((name, type, logical_type, num_children) order by column_id)"
        ~ " as columns from parquet_schema([" ~ file_literals(files) ~ "]) group by file_name"
        ~ ") group by columns"
    ).rows if files else [] %}
    {% set groups = [] %}
    {% for schema in schemas %}
        {% set names = fromjson(schema["files"]) %}
        {% set rows = "read_parquet([" ~ file_literals(names)
            ~ "], filename = 'raw_file_name', hive_partitioning = false)" %}
        {% set columns = describe_columns(rows)
            | rejectattr("name", "equalto", "raw_file_name") | list %}
        {% do check_event_columns(columns, shown_names(names)) %}
        {% do groups.append({
            "rows": rows, "columns": columns, "as_text": has_text_times(columns),
        }) %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}
