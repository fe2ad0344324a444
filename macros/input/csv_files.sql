{#
    CSV: every column is text; files with the same first line are read together. A row with
    more cells than the first line can't be read, one with fewer has nulls. For that DuckDB
    reads a file with one thread, for cells may hold line ends.
#}
{% macro flat_csv_groups(files) %}
    {% set files_by_header = {} %}
    {% for file in files %}
        {% set lines = query_values(
            "select coalesce(line, '') from read_csv(" ~ file_literals([file]) ~ ", columns ="
            ~ " {'line': 'VARCHAR'}, header = false, auto_detect = false, delim = '\\x01',"
            ~ " quote = '', escape = '', strict_mode = false, ignore_errors = true) limit 1"
        ) %}
        {% if lines %}
            {% do files_by_header.setdefault(lines[0], []).append(file) %}
        {% elif query_values("select size from temp.event_files where filename = "
            ~ literal(file))[0] > 64 %}  {# an empty file, compressed, has fewer bytes #}
            {% do stop(
                input_setting() ~ ": found no line in " ~ file ~ " that is text;"
                ~ " expected CSV in UTF-8."
            ) %}
        {% endif %}
    {% endfor %}
    {% set groups = [] %}
    {% for header, names in files_by_header.items() %}
        {% do groups.append(flat_csv_group(csv_column_names(header), names)) %}
    {% endfor %}
    {% if groups %}{% do groups.append(find_csv_lines_left_out(groups)) %}{% endif %}
    {% do return(groups) %}
{% endmacro %}

{# The names in the first line of a CSV file. #}
{% macro csv_column_names(header) %}
    {% set names = [] %}
    {% for quoted, plain in modules.re.findall('(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))', header) %}
        {% do names.append((quoted or plain).strip()) %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}

{#
    Files with the same columns as one group. Only the contract's columns keep their names:
    the others may be empty, the same, or the reader's own.
#}
{% macro flat_csv_group(names, files) %}
    {% set found = [] %}
    {% for name in names %}
        {% do found.append({"name": name, "type": "VARCHAR"}) %}
    {% endfor %}
    {% do check_event_columns(found, shown_names(files)) %}
    {% set wanted = event_columns() | map(attribute="name") | list %}
    {% set columns = [] %}
    {% set types = [] %}
    {% for name in names | map("lower") %}
        {% if name in wanted %}
            {% do wanted.remove(name) %}
            {% do columns.append({"name": name, "type": "VARCHAR"}) %}
            {% do types.append(literal(name) ~ ": 'VARCHAR'") %}
        {% else %}
            {% do types.append("'left_out_" ~ loop.index ~ "': 'VARCHAR'") %}
        {% endif %}
    {% endfor %}
    {% do return({
        "rows": "read_csv([" ~ file_literals(files) ~ "], columns = {" ~ types | join(", ")
            ~ ", 'surplus_cell': 'VARCHAR', 'surplus_cell_2': 'VARCHAR'}, header = true,"
            ~ " auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
            ~ " null_padding = true, parallel = false, strict_mode = false,"
            ~ " store_rejects = true, filename = 'raw_file_name', hive_partitioning = false)",
        "columns": columns,
        "as_text": true,
        "is_unreadable": "coalesce(surplus_cell, surplus_cell_2) is not null",
    }) %}
{% endmacro %}
