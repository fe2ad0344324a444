{#
    Stops the run where a Parquet file is half-written or damaged. A text under the name of a
    Parquet file, such as an error page, gets the format text, unless a first load has nothing
    else. A file's last bytes cannot be had without all of it: in a bucket, and above 256 MB in
    all, DuckDB says what is wrong, in its own words.
#}
{% macro check_parquet_files(is_first) %}
    {% set files = query_values(
        "select filename from temp.event_files where format = 'parquet' and size > 0"
        ~ " and not contains(filename, '://')"
    ) %}
    {% set size = query_values(
        "select coalesce(sum(size), 0) from temp.event_files where format = 'parquet'"
    )[0] %}
    {% if not files or size >= 256000000 %}{% do return(none) %}{% endif %}
    {% do create_temporary(
        "broken_files",
        "select filename, content[:4] != 'PAR1'::blob and try(decode(content)) is not null"
        ~ " as is_text from read_blob([" ~ file_literals(files) ~ "])"
        ~ " where content[-4:] != 'PAR1'::blob"
    ) %}
    {% set is_anything_else = query_values(
        "select count(*) > 0 from temp.event_files where format is not null and size > 0"
        ~ " and filename not in (select filename from temp.broken_files)"
    )[0] %}
    {% if is_anything_else or not is_first %}
        {% do run_query(
            "update temp.event_files set format = 'text' where filename in"
            ~ " (select filename from temp.broken_files where is_text)"
        ) %}
    {% endif %}
    {% set broken = query_values(
        "select filename from temp.broken_files where filename in"
        ~ " (select filename from temp.event_files where format = 'parquet') order by filename"
    ) %}
    {% if broken %}
        {% do stop(
            input_in_words() ~ ": found " ~ broken[0] ~ ", which is damaged or half-written;"
            ~ " expected whole Parquet files, whose last bytes are PAR1."
        ) %}
    {% endif %}
{% endmacro %}

{# The groups of Parquet files: those of the same schema. The types are the files' own. #}
{% macro parquet_groups() %}
    {% set files = files_of("parquet") %}
    {% set schemas = run_query(
        "select list(file_name order by file_name)::json::varchar as files,"
        ~ " bool_or(has_our_name) as has_our_name from (select file_name,"
        ~ " bool_or(lower(name) = 'raw_file_name') as has_our_name,"
        ~ " list((name, type, logical_type, num_children) order by column_id)"
        ~ " as columns from parquet_schema([" ~ file_literals(files) ~ "]) group by file_name"
        ~ ") group by columns order by min(file_name)"
    ).rows if files else [] %}
    {% set groups = [] %}
    {% for schema in schemas %}
        {% set names = fromjson(schema["files"]) %}
        {% if schema["has_our_name"] %}
            {% do stop(
                input_in_words() ~ ": " ~ shown_names(names) ~ " has a column raw_file_name, which"
                ~ " is the name of a column of this project: rename it."
            ) %}
        {% endif %}
        {% set columns = [] %}
        {% for column in describe_columns(scan_parquet_files(names))
            if column.name != "raw_file_name" %}
            {% do columns.append(dict(column, cell=quoted(column.name))) %}
        {% endfor %}
        {% do groups.append({
            "format": "parquet", "files": names, "columns": columns, "is_unreadable": "false",
        }) %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}

{% macro scan_parquet_files(files) %}
    {% do return("read_parquet([" ~ file_literals(files) ~ "], filename = 'raw_file_name',"
        ~ " hive_partitioning = false)") %}
{% endmacro %}

{#
    Gives the groups of Parquet files their rows, in which bytes and VARIANT are text. Bytes in
    a column of ids may be UUIDs: files that differ in that are two groups.
#}
{% macro read_parquet_groups(groups) %}
    {% for group in groups | selectattr("format", "equalto", "parquet") | list %}
        {% for kind in kinds_of_bytes(group) %}
            {% if loop.first %}
                {% do group.update(parquet_rows(group, kind)) %}
            {% else %}
                {% do groups.append(dict(group, **parquet_rows(group, kind))) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
{% endmacro %}

{# What a kind of bytes, {files, uuids}, makes of a group: its files, rows and columns. #}
{% macro parquet_rows(group, kind) %}
    {% set texts = [] %}
    {% set columns = [] %}
    {% for column in group.columns %}
        {% if column.name in kind.uuids %}
            {% do texts.append("(hex(" ~ column.cell ~ ")::uuid)::varchar as " ~ column.cell) %}
        {% elif column.type == "BLOB" %}
            {% do texts.append(json_of_value(column.cell, "BLOB") ~ " ->> '$' as " ~ column.cell) %}
        {% elif column.type == "VARIANT" %}
            {% do texts.append(text_of_value(column.cell, "VARIANT") ~ " as " ~ column.cell) %}
        {% endif %}
        {% do columns.append(dict(
            column, type="VARCHAR" if column.type in ("BLOB", "VARIANT") else column.type
        )) %}
    {% endfor %}
    {% set rows = scan_parquet_files(kind.files) %}
    {% do return({
        "files": kind.files,
        "columns": columns,
        "rows": "(select * replace (" ~ texts | join(", ") ~ ") from " ~ rows ~ ")"
            if texts else rows,
    }) %}
{% endmacro %}

{#
    The files of a group by what their columns of bytes hold, a list of {files, uuids}: text; or,
    in a column that names an id, UUIDs of 16 bytes. Other bytes in a column that the source needs
    stop the run.
#}
{% macro kinds_of_bytes(group) %}
    {% set found = {} %}
    {% for file in group.files %}{% do found.update({file: []}) %}{% endfor %}
    {% set needed = event_columns() | map(attribute="name") | list if group.source == "flat"
        else group.shape.names | sum(start=[]) | map("lower") | list %}
    {% for column in group.columns if group.fits and column.type == "BLOB"
        and column.name.split(".")[0] | lower in needed %}
        {% for row in run_query(
            "select raw_file_name, bool_and(octet_length(" ~ column.cell ~ ") = 16) as is_uuid"
            ~ " from " ~ scan_parquet_files(group.files) ~ " where " ~ column.cell ~ " is not null"
            ~ " group by raw_file_name having bool_or(try(decode(" ~ column.cell ~ ")) is null)"
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
