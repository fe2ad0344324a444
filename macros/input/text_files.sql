{#
    Text files as something that can be selected from, with the column raw_file_name. `options` are
    options of DuckDB's read_csv; `compressed` is compressed_files, where a caller has it.
#}
{% macro read_text_files(files, options, compressed=none) %}
    {% set compressed = compressed_files() if compressed is none else compressed %}
    {% set reads = [] %}
    {% for compression in ["gzip", "none", "zstd"] %}
        {% set of_one = [] %}
        {% for file in files if compressed.get(file, "none") == compression %}
            {% do of_one.append(file) %}
        {% endfor %}
        {% if of_one %}
            {% do reads.append(
                "from read_csv([" ~ file_literals(of_one) ~ "], compression = '" ~ compression
                ~ "', auto_detect = false, strict_mode = false, max_line_size = 33554432,"
                ~ " buffer_size = 67108864, filename = 'raw_file_name', hive_partitioning = false, "
                ~ options ~ ")"
            ) %}
        {% endif %}
    {% endfor %}
    {% do return("(" ~ reads | join(" union all by name ") ~ ")") %}
{% endmacro %}

{# How the compressed files are compressed, by their names. #}
{% macro compressed_files() %}
    {% set compressed = {} %}
    {% for row in run_query(
        "select filename, compression from temp.event_files where compression != 'none'"
    ).rows %}
        {% do compressed.update({row["filename"]: row["compression"]}) %}
    {% endfor %}
    {% do return(compressed) %}
{% endmacro %}

{#
    The lines of text files, raw_file_name and line; line is null where it is empty. Each `\n` and
    each `\r` ends a line, so no line loses or gains a character, however its file ends lines;
    `\r\n` leaves an empty line behind. A line may be 32 MB long. Longer lines and lines that are
    not UTF-8 are left out; where DuckDB `tells_rejects`, it tells which, and reads a file with one
    thread. No text holds the delimiter: a line is one cell.
#}
{% macro read_lines(files, tells_rejects=false) %}
    {% do return(read_text_files(
        files,
        "columns = {'line': 'VARCHAR'}, header = false, delim = '\x01\x02\x03\x04', quote = '',"
        ~ " escape = '', new_line = '\\n', "
        ~ ("store_rejects = true, parallel = false" if tells_rejects else "ignore_errors = true")
    )) %}
{% endmacro %}

{#
    Finds files whose names say that they are compressed, and which are not: an error page that
    was saved in place of an export. Such a page is small.
#}
{% macro find_compressions() %}
    {% set files = query_values(
        "select filename from temp.event_files where format is not null"
        ~ " and compression != 'none' and size between 1 and 1000000"
    ) %}
    {% if files %}
        {% do run_query(
            "update temp.event_files set compression = 'none' where filename in ("
            ~ "select filename from read_blob([" ~ file_literals(files) ~ "])"
            ~ " where content[1:2] != '\\x1F\\x8B'::blob"
            ~ " and content[1:4] != '\\x28\\xB5\\x2F\\xFD'::blob)"
        ) %}
    {% endif %}
{% endmacro %}

{#
    Reads the text files once. A file that cannot be decompressed stops the run in DuckDB's words,
    with its name; a file without any text stops it in ours. Temporary tables: csv_files and
    json_files, what the scan has found of each file; lines_left_out, the lines that no reader may
    take for a row.
#}
{% macro scan_text_files() %}
    {% do find_compressions() %}
    {% do create_temporary(
        "lines_left_out",
        "select null::varchar as raw_file_name, null::bigint as line_number where false"
    ) %}
    {% do leave_files_out(
        files_of("text"), "Found no Parquet in {}: each of their lines is rejected."
    ) %}
    {% do scan_csv_files(files_of("csv")) %}
    {% do scan_json_files(files_of("json")) %}
{% endmacro %}

{# Whether the lines of a file end in `\r\n`, each of which leaves an empty one: SQL. #}
{% macro ends_in_two() -%}
    count(*) - count(line) >= greatest(count(line) - 1, 1)
{%- endmacro %}

{# Empties DuckDB's own tables of the lines that its readers left out. #}
{% macro forget_rejects() %}
    {% do run_query("drop table if exists reject_errors; drop table if exists reject_scans") %}
{% endmacro %}

{# Stops the run where DuckDB left out lines, by a condition, without which no file is read. #}
{% macro check_rejects(condition, found) %}
    {% set unreadable = query_values(
        "select distinct file_path from reject_errors inner join reject_scans"
        ~ " using (scan_id, file_id) where " ~ condition ~ " order by file_path"
    ) %}
    {% if unreadable %}
        {% do stop(input_in_words() ~ ": " ~ found.format(unreadable[0]) ~ " in UTF-8.") %}
    {% endif %}
{% endmacro %}

{# Adds the lines that DuckDB left out of its last scans to lines_left_out, and warns of them. #}
{% macro put_rejects_aside() %}
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

{# Adds all lines of text files to lines_left_out, and warns of them by a sentence, if any. #}
{% macro leave_files_out(files, sentence=none) %}
    {% if files %}
        {% do leave_lines_out(
            "select raw_file_name, row_number() over (partition by raw_file_name) as line_number"
            ~ " from " ~ read_lines(files) ~ " where line is not null",
            sentence
        ) %}
    {% endif %}
{% endmacro %}

{#
    Adds lines, a query of raw_file_name and line_number, to lines_left_out. Warns of them by a
    sentence, if there is one, in which `{}` stands for the files.
#}
{% macro leave_lines_out(lines, sentence) %}
    {% do create_temporary("new_lines_left_out", lines) %}
    {% do run_query("insert into temp.lines_left_out from temp.new_lines_left_out") %}
    {% if sentence %}{% do warn_of_lines("from temp.new_lines_left_out", sentence) %}{% endif %}
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
