{#
    A source's Parquet files in groups of the same schema, a list of {files, rows, columns}: rows that
    can be selected from, and their columns, a list of {name, type}. The types are the
    files' own.
#}
{% macro parquet_groups(source) %}
    {% set files = files_of("parquet", source) %}
    {% set schemas = run_query(
        "select list(file_name order by file_name)::json::varchar as files from ("
        ~ "select file_name, list((name, type, logical_type, num_children) order by column_id)"
        ~ " as columns from parquet_schema([" ~ file_literals(files) ~ "]) group by file_name"
        ~ ") group by columns order by min(file_name)"
    ).rows if files else [] %}
    {% set groups = [] %}
    {% for schema in schemas %}
        {% set names = fromjson(schema["files"]) %}
        {% set rows = "read_parquet([" ~ file_literals(names)
            ~ "], filename = 'raw_file_name', hive_partitioning = false,"
            ~ " binary_as_string = true)" %}
        {% do groups.append({
            "files": names,
            "rows": rows,
            "columns": describe_columns(rows)
                | rejectattr("name", "equalto", "raw_file_name") | list,
        }) %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}
