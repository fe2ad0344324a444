{# DuckDB's own tables of the lines that its readers left out, emptied. #}
{% macro forget_rejects() %}
    {% do run_query("drop table if exists reject_errors; drop table if exists reject_scans") %}
{% endmacro %}

{#
    Stops the run where DuckDB left out lines of the last scan that a condition says, and
    without which a file can't be read.
#}
{% macro check_rejects(condition, found) %}
    {% set unreadable = query_values(
        "select distinct file_path from reject_errors inner join reject_scans"
        ~ " using (scan_id, file_id) where " ~ condition ~ " order by file_path"
    ) %}
    {% if unreadable %}
        {% do stop(input_in_words() ~ ": " ~ found.format(unreadable[0]) ~ " in UTF-8.") %}
    {% endif %}
{% endmacro %}

{#
    Adds to lines_left_out what DuckDB left out of its last scans, and warns of it: these
    lines come back as unreadable rows, so that none is lost.
#}
{% macro put_lines_left_out_aside() %}
    {% do leave_lines_out(
        "select distinct file_path as raw_file_name,"
        ~ " if(coalesce(ends_in_two, false), (line + 1) // 2, line) as line_number"
        ~ " from reject_errors inner join reject_scans using (scan_id, file_id)"
        ~ " left join (select filename, ends_in_two from temp.csv_files union all"
        ~ " select filename, ends_in_two from temp.json_files) on file_path = filename",
        "Lines that can't be read, for they are no UTF-8 or longer than 32 MB (is a quote left"
        ~ " open there?): {}."
    ) %}
{% endmacro %}

{# Adds all lines of files to lines_left_out, and warns of them by a sentence. #}
{% macro leave_files_out(files, sentence) %}
    {% if files %}
        {% do leave_lines_out(
            "select raw_file_name, row_number() over (partition by raw_file_name) as line_number"
            ~ " from " ~ read_lines(files) ~ " where line is not null",
            sentence
        ) %}
    {% endif %}
{% endmacro %}

{#
    Adds lines, a query of raw_file_name and line_number, to lines_left_out; warns of them
    by a sentence in which `{}` stands for the files.
#}
{% macro leave_lines_out(lines, sentence) %}
    {% do create_temporary("new_lines_left_out", lines) %}
    {% do run_query("insert into temp.lines_left_out from temp.new_lines_left_out") %}
    {% do warn_of_lines("from temp.new_lines_left_out", sentence) %}
{% endmacro %}

{# Warns of such lines by such a sentence. #}
{% macro warn_of_lines(lines, sentence) %}
    {% set files = [] %}
    {% for row in run_query(
        "select raw_file_name, count(*) as line_count, min(line_number) as first_line"
        ~ " from (" ~ lines ~ ") group by raw_file_name order by raw_file_name"
    ).rows %}
        {% do files.append("{} ({}, the first is line {})".format(
            row["raw_file_name"], row["line_count"], row["first_line"]
        )) %}
    {% endfor %}
    {% if files %}{% do exceptions.warn(sentence.format(shown_names(files))) %}{% endif %}
{% endmacro %}
