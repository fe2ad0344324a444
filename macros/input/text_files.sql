{#
    Text files as something that can be selected from, with the column raw_file_name.
    `options` are options of DuckDB's read_csv; each file is unpacked as its first bytes say.
#}
{% macro read_text_files(files, options) %}
    {% set reads = [] %}
    {% for row in run_query(
        "select compression, list(filename order by filename)::json::varchar as files"
        ~ " from temp.event_files where filename in (" ~ (literals(files) or "null") ~ ")"
        ~ " group by compression order by compression"
    ).rows %}
        {% do reads.append(
            "from read_csv([" ~ file_literals(fromjson(row["files"])) ~ "], compression = '"
            ~ row["compression"] ~ "', auto_detect = false, strict_mode = false,"
            ~ " max_line_size = 33554432, buffer_size = 67108864, filename = 'raw_file_name',"
            ~ " hive_partitioning = false, " ~ options ~ ")"
        ) %}
    {% endfor %}
    {% do return("(" ~ reads | join(" union all by name ") ~ ")") %}
{% endmacro %}

{#
    The lines of text files as a query's rows, raw_file_name and line: null where it is
    empty. Each `\n` and each `\r` ends a line: so none loses or gains a character, however
    its file ends lines; `\r\n` leaves an empty line behind. A line may be 32 MB long.
    In `reading`, what DuckDB does with lines that are no UTF-8, or longer. No text holds the
    delimiter: a line is one cell.
#}
{% macro read_lines(files, reading="ignore_errors = true") %}
    {% do return(read_text_files(
        files,
        "columns = {'line': 'VARCHAR'}, header = false, delim = '\x01\x02\x03\x04', quote = '',"
        ~ " escape = '', new_line = '\\n', " ~ reading
    )) %}
{% endmacro %}

{#
    Reads the text files once before anything is written: one that can't be decompressed
    stops the run in DuckDB's words, with its name, one without any text by ours. Temporary
    tables: csv_files and json_files, what the scan has found of each file (csv_files.sql,
    json_files.sql); lines_left_out, the lines that no reader may take for a row.
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
    {% if files_of("json") %}{% do put_lines_left_out_aside() %}{% endif %}
{% endmacro %}

{#
    Files whose names say that they are compressed, and which are not: an error page that was
    saved in place of an export. Such a page is small.
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
