{#
    A source's Parquet files in groups of the same schema, a list of {files, rows, columns}:
    rows that can be selected from, and their columns, a list of {name, type}. The types are
    the files' own, but bytes and VARIANT are text here. `wanted` matches the names of columns
    that must be text or hold it.
#}
{% macro parquet_groups(source, wanted) %}
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
        {% set columns = describe_columns(read_parquet_files(names))
            | rejectattr("name", "equalto", "raw_file_name") | list %}
        {% for kind in kinds_of_bytes(names, columns, wanted) %}
            {% do groups.append(parquet_group(kind.files, columns, kind.uuids)) %}
        {% endfor %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}

{% macro read_parquet_files(files) %}
    {% do return("read_parquet([" ~ file_literals(files) ~ "], filename = 'raw_file_name',"
        ~ " hive_partitioning = false)") %}
{% endmacro %}

{# A group of parquet_groups; `uuids` are the names of columns that hold UUIDs as bytes. #}
{% macro parquet_group(files, columns, uuids) %}
    {% set texts = [] %}
    {% set described = [] %}
    {% for column in columns %}
        {% set name = quoted(column.name) %}
        {% if column.name in uuids %}
            {% do texts.append("(hex(" ~ name ~ ")::uuid)::varchar as " ~ name) %}
        {% elif column.type == "BLOB" %}
            {% do texts.append(
                json_of_value(name, "BLOB") ~ " ->> '$' as " ~ name
            ) %}
        {% elif column.type == "VARIANT" %}
            {% do texts.append(text_of_value(name, "VARIANT") ~ " as " ~ name) %}
        {% endif %}
        {% do described.append({
            "name": column.name,
            "type": "VARCHAR" if column.type in ("BLOB", "VARIANT") else column.type,
        }) %}
    {% endfor %}
    {% set rows = read_parquet_files(files) %}
    {% do return({
        "files": files,
        "rows": "(select * replace (" ~ texts | join(", ") ~ ") from " ~ rows ~ ")"
            if texts else rows,
        "columns": described,
    }) %}
{% endmacro %}

{#
    Files of one schema by what their columns of bytes hold, a list of {files, uuids}: text;
    or, in a column that names an id, UUIDs of 16 bytes. Other bytes in a wanted column stop
    the run.
#}
{% macro kinds_of_bytes(files, columns, wanted) %}
    {% set found = {} %}
    {% for file in files %}{% do found.update({file: []}) %}{% endfor %}
    {% for column in columns if column.type == "BLOB"
        and modules.re.search("^(" ~ wanted ~ ")$", column.name | lower) %}
        {% set name = quoted(column.name) %}
        {% for row in run_query(
            "select raw_file_name, bool_and(octet_length(" ~ name ~ ") = 16) as is_uuid from "
            ~ read_parquet_files(files) ~ " where " ~ name ~ " is not null"
            ~ " group by raw_file_name having bool_or(try(decode(" ~ name ~ ")) is null)"
            ~ " order by raw_file_name"
        ).rows %}
            {% if row["is_uuid"] and modules.re.search("id(entity)?$", column.name | lower) %}
                {% do found[row["raw_file_name"]].append(column.name) %}
            {% else %}
                {% do stop(
                    input_in_words() ~ ": the column " ~ column.name ~ " of "
                    ~ row["raw_file_name"] ~ " is BLOB, and holds bytes that are no text in"
                    ~ " UTF-8: expected text, or UUIDs of 16 bytes in a column of ids."
                ) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% set kinds = [] %}
    {% for uuids, items in found.items() | groupby("1") %}
        {% do kinds.append({"files": items | map(attribute="0") | list, "uuids": uuids}) %}
    {% endfor %}
    {% do return(kinds) %}
{% endmacro %}
