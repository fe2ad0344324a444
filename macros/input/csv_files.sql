{#
    A source's CSV files in groups of the same first line, a list of {names, files}: the names of the
    columns, as they are written there.
#}
{% macro csv_groups(source) %}
    {% set files = files_of("csv", source) %}
    {% set groups = [] %}
    {% for row in run_query(
        "select line, list(filename order by filename)::json::varchar as files"
        ~ " from temp.first_lines where filename in (" ~ (literals(files) or "null") ~ ")"
        ~ " group by line order by min(filename)"
    ).rows %}
        {% do groups.append({
            "names": csv_column_names(row["line"]), "files": fromjson(row["files"]),
        }) %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}

{# The names in the first line of a CSV file. #}
{% macro csv_column_names(header) %}
    {% set names = [] %}
    {% for quoted, plain in modules.re.findall('(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))', header) %}
        {% do names.append((quoted | replace('""', '"') or plain).strip()) %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}

{#
    The rows of CSV files with the same columns, which are called `columns` here: all text.
    A row with more cells than the first line has a surplus_cell, one with fewer has nulls.
    For that DuckDB reads a file with one thread, for cells may hold line ends.
#}
{% macro read_csv_files(files, columns) %}
    {% set types = [] %}
    {% for column in columns + ["surplus_cell", "surplus_cell_2"] %}
        {% do types.append(literal(column) ~ ": 'VARCHAR'") %}
    {% endfor %}
    {% do return(
        "read_csv([" ~ file_literals(files) ~ "], columns = {" ~ types | join(", ") ~ "},"
        ~ " header = true, delim = ',', quote = '\"', escape = '\"', null_padding = true,"
        ~ " parallel = false, store_rejects = true, " ~ options_of_text_files() ~ ")"
    ) %}
{% endmacro %}

{# Whether a row of read_csv_files can't be read: SQL. #}
{% macro has_surplus_cells() -%}
    coalesce(surplus_cell, surplus_cell_2) is not null
{%- endmacro %}

{#
    Reads the rows of groups, a list of {rows, cells, is_swallowing}, once before anything
    is written: DuckDB says of each scan which lines it left out, and checks the cells that
    the scan reads. Warns of rows that seem to have swallowed others, by the group's SQL.
#}
{% macro scan_csv_rows(groups) %}
    {% do forget_rejects() %}
    {% for group in groups %}
        {% for row in run_query(
            "select raw_file_name, count(*) as row_count, max(hash("
            ~ (group.cells + ["surplus_cell", "surplus_cell_2"]) | join(", ") ~ "))"
            ~ " from " ~ group.rows ~ " where " ~ group.is_swallowing
            ~ " group by raw_file_name order by raw_file_name"
        ).rows %}
            {% do exceptions.warn(
                row["raw_file_name"] ~ " has " ~ row["row_count"] ~ " rows that go over several"
                ~ " lines and seem to have swallowed others: is a quote left open there?"
            ) %}
        {% endfor %}
    {% endfor %}
    {% if groups %}{% do put_lines_left_out_aside() %}{% endif %}
{% endmacro %}
