{#
    A source's CSV files in groups of the same first line, a list of {names, files,
    is_broken, ends_in_two}: the names of the columns, as they are written there. Files whose
    first line
    has none of the names that `known` matches are no events, and those with broken quotes in
    their first line have no names: the lines of both are left out. In a first load that has
    nothing else, `is_alone`, the check of their columns is to stop the run.
#}
{% macro csv_groups(source, known, is_alone) %}
    {% set groups = [] %}
    {% set strange = [] %}
    {% set torn = [] %}
    {% for row in run_query(
        "select line, is_broken, has_whole_header, ends_in_two,"
        ~ " list(filename order by filename)::json::varchar as files from temp.csv_files"
        ~ " where filename in (" ~ (literals(files_of("csv", source)) or "null") ~ ")"
        ~ " group by line, is_broken, has_whole_header, ends_in_two order by min(filename)"
    ).rows %}
        {% set names = csv_column_names(row["line"]) %}
        {% set group = {
            "names": names, "files": fromjson(row["files"]), "is_broken": row["is_broken"],
            "ends_in_two": row["ends_in_two"],
        } %}
        {% if not row["has_whole_header"] %}
            {% do torn.extend(group.files) %}
        {% elif modules.re.search("(?im)^(" ~ known ~ ")$", names | join("\n")) %}
            {% do groups.append(group) %}
        {% else %}
            {% do strange.append(group) %}
        {% endif %}
    {% endfor %}
    {% if is_alone and not groups and not files_of("json", source)
        and not is_anything_committed() %}
        {% if torn %}{% do check_anything_is_read(source) %}{% endif %}
        {% do return(strange) %}
    {% endif %}
    {% for group in strange %}
        {% do leave_files_out(group.files, "The first line of {} names no column that source "
            ~ source ~ " has: each of its lines is rejected.") %}
    {% endfor %}
    {% do leave_files_out(torn, "In the first line of {} a quote is left open or text follows a"
        ~ " closing one: each of its lines is rejected.") %}
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
    The rows of a group of CSV files, whose columns are called `columns` here: all text. A
    row with more cells than the first line has a surplus_cell, one with fewer has nulls. For
    that DuckDB reads a file with one thread, for cells may hold line ends.
#}
{% macro read_csv_files(group, columns) %}
    {% if group.is_broken %}
        {% do return(read_broken_csv_files(group.files, group.ends_in_two, columns)) %}
    {% endif %}
    {% set types = [] %}
    {% for column in columns + surplus_cells() %}
        {% do types.append(literal(column) ~ ": 'VARCHAR'") %}
    {% endfor %}
    {% do return(read_text_files(
        group.files,
        "columns = {" ~ types | join(", ") ~ "}, header = true, delim = ',', quote = '\"',"
        ~ " escape = '\"', nullstr = ['', '\\N'], null_padding = true, parallel = false,"
        ~ " store_rejects = true, new_line = '\\n'"
    )) %}
{% endmacro %}

{# What cells without a name are called: as many as a row may have, and be told. #}
{% macro surplus_cells() %}
    {% set names = [] %}
    {% for number in range(1, 9) %}{% do names.append("surplus_cell_" ~ number) %}{% endfor %}
    {% do return(names) %}
{% endmacro %}

{# Whether a row of read_csv_files can't be read: SQL. #}
{% macro has_surplus_cells() -%}
    coalesce({{ surplus_cells() | join(", ") }}) is not null
{%- endmacro %}

{#
    Reads the rows of groups, a list of {rows, cells, is_broken}, once before anything is
    written: DuckDB says of each scan which lines it left out, and checks the cells that the
    scan reads, which are those that the raw views read. Warns of broken quotes.
#}
{% macro scan_csv_rows(groups) %}
    {% do forget_rejects() %}
    {% set broken = [] %}
    {% for group in groups %}
        {% do run_query(
            "select max(hash(" ~ (group.cells + surplus_cells()) | join(", ") ~ ")) from "
            ~ group.rows
        ) %}
        {% if group.is_broken %}
            {% do broken.append(
                "select raw_file_name, line_number from " ~ group.rows ~ " where not is_whole"
            ) %}
        {% endif %}
    {% endfor %}
    {% if groups %}{% do put_lines_left_out_aside() %}{% endif %}
    {% if broken %}
        {% do warn_of_lines(
            broken | join(" union all "),
            "Rows that can't be read, for a quote is left open or text follows a closing one"
            ~ " (a quote in a cell is doubled; a backslash does not escape it): {}."
        ) %}
    {% endif %}
{% endmacro %}
