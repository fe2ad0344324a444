{#
    The lines of text files as a query's rows, raw_file_name and line: null where it is
    empty. A line may be 32 MB long. In `reading`, what DuckDB does with lines that are no
    UTF-8, or longer. No valid JSON holds the delimiter: a line is one cell.
#}
{% macro read_lines(files, reading="ignore_errors = true") %}
    {% do return(
        "read_csv([" ~ file_literals(files) ~ "], columns = {'line': 'VARCHAR'},"
        ~ " header = false, delim = '\x01', quote = '', escape = '', "
        ~ options_of_text_files() ~ ", " ~ reading ~ ")"
    ) %}
{% endmacro %}

{# What all reading of text files has in common, options of DuckDB's read_csv. #}
{% macro options_of_text_files() %}
    {% do return(
        "auto_detect = false, strict_mode = false, max_line_size = 33554432,"
        ~ " buffer_size = 67108864, filename = 'raw_file_name', hive_partitioning = false"
    ) %}
{% endmacro %}

{#
    Reads the text files once before anything is written: one that can't be decompressed
    stops the run in DuckDB's words, with its name, one without any text by ours. Temporary
    tables: first_lines, the first line of each file that has one (a file has one reader:
    not parallel); lines_left_out, the lines of JSON files that are no UTF-8 or too long.
#}
{% macro scan_text_files() %}
    {% do create_temporary(
        "first_lines", "select null::varchar as filename, null::varchar as line where false"
    ) %}
    {% do create_temporary(
        "lines_left_out",
        "select null::varchar as raw_file_name, null::bigint as line_number where false"
    ) %}
    {% for format in ["csv", "json"] if files_of(format) %}
        {% do forget_rejects() %}
        {% do run_query(
            "insert into temp.first_lines select raw_file_name, first("
            ~ ("coalesce(line, '')) from " if format == "csv" else "line) from ")
            ~ read_lines(files_of(format), "store_rejects = true, parallel = false")
            ~ (" where line is not null" if format == "json" else "")
            ~ " group by raw_file_name"
        ) %}
        {% do check_first_lines(format) %}
        {% if format == "json" %}{% do put_lines_left_out_aside() %}{% endif %}
    {% endfor %}
{% endmacro %}

{# DuckDB's own tables of the lines that its readers left out, emptied. #}
{% macro forget_rejects() %}
    {% do run_query("drop table if exists reject_errors; drop table if exists reject_scans") %}
{% endmacro %}

{# Stops the run where a file has no line that is text, or a CSV file's names are none. #}
{% macro check_first_lines(format) %}
    {% set unreadable = query_values(
        "select distinct file_path from reject_errors inner join reject_scans"
        ~ " using (scan_id, file_id) where "
        ~ ("line = 1" if format == "csv" else
            "file_path not in (select filename from temp.first_lines)")
        ~ " order by file_path"
    ) %}
    {% if unreadable %}
        {% do stop(
            input_setting() ~ ": " ~ (
                "the first line of " ~ unreadable[0] ~ " is no text; expected names of columns"
                if format == "csv" else
                "found no line in " ~ unreadable[0] ~ " that is text; expected JSON lines"
            ) ~ " in UTF-8."
        ) %}
    {% endif %}
{% endmacro %}

{#
    Adds to lines_left_out what DuckDB left out of its last scans, and warns of it: these
    lines come back as unreadable rows, so that none is lost.
#}
{% macro put_lines_left_out_aside() %}
    {% do run_query(
        "create or replace temporary table new_lines_left_out as"
        ~ " select distinct file_path as raw_file_name, line as line_number"
        ~ " from reject_errors inner join reject_scans using (scan_id, file_id);"
        ~ " insert into temp.lines_left_out from temp.new_lines_left_out"
    ) %}
    {% set counts = [] %}
    {% for row in run_query(
        "select raw_file_name, count(*) as line_count from temp.new_lines_left_out"
        ~ " group by raw_file_name order by raw_file_name"
    ).rows %}
        {% do counts.append(row["raw_file_name"] ~ " (" ~ row["line_count"] ~ ")") %}
    {% endfor %}
    {% if counts %}
        {% do exceptions.warn(
            "Lines that can't be read, for they are no UTF-8 or longer than 32 MB (is a quote"
            ~ " left open there?): " ~ shown_names(counts) ~ "."
        ) %}
    {% endif %}
{% endmacro %}
