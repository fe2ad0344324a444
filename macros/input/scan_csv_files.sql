{#
    Reads the lines of CSV files once. Temporary table csv_files: filename, line (the first),
    ends_in_two (its lines end in `\r\n`), has_whole_header (its first line is whole cells),
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
        {% set lines = read_lines(files, "store_rejects = true, parallel = false") %}
        {% set scan %}
            insert into temp.csv_files
            select
                raw_file_name,
                first(coalesce(line, '')) as first_line,
                {{ ends_in_two() }},
                {{ is_whole_cells("first_line") }},
                coalesce(bool_or(contains(line, '"') and not {{ is_whole_cells("line") }}), false)
            from {{ lines }}
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

{# Whether the lines of a file end in `\r\n`, each of which leaves an empty one: SQL. #}
{% macro ends_in_two() -%}
    count(*) - count(line) >= greatest(count(line) - 1, 1)
{%- endmacro %}

{# A cell of CSV as a regular expression: without a quote at its start, or in quotes. #}
{% macro csv_cell() -%}
    [ ]*(?:[^," ][^,]*|"(?:[^"]|"")*"[ ]*)?
{%- endmacro %}

{# Cells with commas between them, likewise. #}
{% macro csv_cells() -%}
    (?s){{ csv_cell() }}(?:,{{ csv_cell() }})*
{%- endmacro %}

{# Whether a line is whole cells: SQL. #}
{% macro is_whole_cells(line) -%}
    regexp_full_match({{ line }}, '{{ csv_cells() }}')
{%- endmacro %}

{#
    Of files some lines of which are not whole cells, those whose cells merely hold line ends
    are not broken.
#}
{% macro find_broken_quotes(files, ends_in_two) %}
    {% if files %}
        {% do run_query(
            "update temp.csv_files set is_broken = false where filename in (" ~ literals(files)
            ~ ") and filename not in (select raw_file_name from "
            ~ csv_rows_by_quotes(files, ends_in_two) ~ " where not is_whole)"
        ) %}
    {% endif %}
{% endmacro %}
