{#
    Reads the lines of CSV files once. Temporary table csv_files: filename, line (the first row),
    ends_in_two (its lines end in `\r\n`), has_whole_header (its first row is whole cells),
    is_broken: text follows a closing quote somewhere, or a quote is left open.
#}
{% macro scan_csv_files(files) %}
    {% do create_temporary(
        "csv_files",
        "select null::varchar as filename, null::varchar as line, false as ends_in_two,"
        ~ " false as has_whole_header, false as is_broken where false"
    ) %}
    {% if files %}
        {% do forget_rejects() %}
        {% set scan %}
            insert into temp.csv_files
            select
                raw_file_name,
                first(coalesce(line, '')) as first_line,
                {{ ends_in_two() }},
                {{ is_whole_cells("first_line") }},
                coalesce(bool_or(contains(line, '"') and not {{ is_whole_cells("line") }}), false)
            from {{ read_lines(files, tells_rejects=true) }}
            group by raw_file_name
        {% endset %}
        {% do run_query(scan) %}
        {% do check_rejects(
            "line = 1", "the first line of {} is no text; expected names of columns"
        ) %}
        {% for ends_in_two in [false, true] %}
            {% do find_broken_quotes(query_values(
                "select filename from temp.csv_files where is_broken and ends_in_two = "
                ~ ends_in_two
            ), ends_in_two) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{#
    The groups of CSV files: those of the same first line. Their cells are called by their place,
    for names may be anything. A group has is_broken and ends_in_two besides. Files whose first
    line has broken quotes have no names: each of their lines is left out.
#}
{% macro csv_groups() %}
    {% set groups = [] %}
    {% set torn = [] %}
    {% for row in run_query(
        "select line, is_broken, has_whole_header, ends_in_two,"
        ~ " list(filename order by filename)::json::varchar as files from temp.csv_files"
        ~ " group by line, is_broken, has_whole_header, ends_in_two order by min(filename)"
    ).rows %}
        {% set columns = [] %}
        {% for name in csv_column_names(row["line"]) %}
            {% do columns.append({"name": name, "type": "VARCHAR", "cell": "cell_" ~ loop.index}) %}
        {% endfor %}
        {% if row["has_whole_header"] %}
            {% do groups.append({
                "format": "csv", "files": fromjson(row["files"]), "columns": columns,
                "is_broken": row["is_broken"], "ends_in_two": row["ends_in_two"],
                "is_unreadable": has_surplus_cells(),
            }) %}
        {% else %}
            {% do torn.extend(fromjson(row["files"])) %}
        {% endif %}
    {% endfor %}
    {% do leave_files_out(torn, "In the first line of {} a quote is left open or text follows a"
        ~ " closing one: each of its lines is rejected.") %}
    {% do return(groups) %}
{% endmacro %}

{# The names in the first line of a CSV file. #}
{% macro csv_column_names(header) %}
    {% set names = [] %}
    {% for quoted, plain in modules.re.findall('(?:^|,)(?: *"((?:[^"]|"")*)" *|([^,]*))', header) %}
        {% do names.append((quoted | replace('""', '"') or plain).strip()) %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}

{# Gives the groups of CSV files their rows. #}
{% macro read_csv_groups(groups) %}
    {# one query for all: there may be hundreds of groups #}
    {% set compressed = compressed_files() %}
    {% for group in groups if group.format == "csv" and group.fits %}
        {% set cells = group.columns | map(attribute="cell") | list %}
        {% do group.update({"rows":
            read_broken_csv_files(group.files, group.ends_in_two, cells) if group.is_broken
            else read_csv_files(group.files, cells, compressed)
        }) %}
    {% endfor %}
{% endmacro %}

{#
    The rows of CSV files, whose columns are called `cells` here: all text. A row with more cells
    than the first line has a surplus_cell, one with fewer has nulls. For that DuckDB reads a file
    with one thread, for cells may hold line ends.
#}
{% macro read_csv_files(files, cells, compressed) %}
    {% set types = [] %}
    {% for cell in cells + surplus_cells() %}
        {% do types.append(literal(cell) ~ ": 'VARCHAR'") %}
    {% endfor %}
    {% do return(read_text_files(
        files,
        "columns = {" ~ types | join(", ") ~ "}, header = true, delim = ',', quote = '\"',"
        ~ " escape = '\"', nullstr = ['', '\\N'], null_padding = true, parallel = false,"
        ~ " store_rejects = true, new_line = '\\n'",
        compressed
    )) %}
{% endmacro %}

{# What cells without a name are called: as many as a row may have, and be told. #}
{% macro surplus_cells() %}
    {% set names = [] %}
    {% for number in range(1, 9) %}{% do names.append("surplus_cell_" ~ number) %}{% endfor %}
    {% do return(names) %}
{% endmacro %}

{# Whether a row of CSV cannot be read: SQL. #}
{% macro has_surplus_cells() -%}
    coalesce({{ surplus_cells() | join(", ") }}) is not null
{%- endmacro %}

{#
    Reads the rows of CSV files once before anything is written: DuckDB says of each scan which
    lines it left out. Warns of them, and of broken quotes.
#}
{% macro scan_csv_rows(groups) %}
    {% do forget_rejects() %}
    {% set scans = [] %}
    {% set broken = [] %}
    {% for group in groups if group.fits %}
        {% set cells = group.columns | map(attribute="cell") | list + surplus_cells() %}
        {% do scans.append("select max(hash(" ~ cells | join(", ") ~ ")) from " ~ group.rows) %}
        {% if group.is_broken %}
            {% do broken.append(
                "select raw_file_name, line_number from " ~ group.rows ~ " where not is_whole"
            ) %}
        {% endif %}
    {% endfor %}
    {% if scans %}
        {% do run_query(scans | join(";\n")) %}
        {% do put_rejects_aside() %}
    {% endif %}
    {% if broken %}
        {% do warn_of_lines(
            broken | join(" union all "),
            "Rows that can't be read, for a quote is left open or text follows a closing one"
            ~ " (a quote in a cell is doubled; a backslash does not escape it): {}."
        ) %}
    {% endif %}
{% endmacro %}
