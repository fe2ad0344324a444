{#
    Reads the input: files that any tool wrote, or the table events_relation. These are the steps
    in their order. Whatever cannot be read stops the run in one of them. None of them writes to
    the warehouse: they fill temporary tables and return the raw views, name to query, which
    start_run writes afterwards. docs/sources.md says what is read and how.

    What can be read together is a group, a dictionary:
        format   parquet, csv or json
        files    the names of files that have the same columns
        columns  a list of {name, type, cell}: what the column is called in the file, its DuckDB
                 type, and what it is called in `rows`
        source   the source that the files belong to, its shape, and fits: whether they have the
                 names of that shape
        rows     SQL that can be selected from: these cells and raw_file_name
        is_unreadable  SQL: whether a row cannot be read
        found    of flat events, for each column of the contract the columns that it is read from
        others   of flat events, SQL: what no column of the contract is read from, a JSON text
    Groups of CSV also have is_broken (quotes) and ends_in_two (characters at the end of lines). The
    table events_relation is a group with slice (SQL of a row's slice) and wanted (SQL: whether the
    run loads it).
    `tables` are the tables that the run drops, because it builds them anew.
#}
{% macro read_input(tables) %}
    {% set is_first = tables or not is_anything_committed() %}
    {% do list_input() %}
    {% do choose_slices(builds_anew=tables | length > 0) %}
    {% do check_files(is_first) %}
    {% do scan_text_files() %}
    {% set groups = parquet_groups() + csv_groups() + json_groups() %}
    {% do recognise_sources(groups, is_first) %}
    {% do name_slices() %}
    {% do check_nothing_is_lost(tables) %}
    {% do read_groups(groups) %}
    {% do return(raw_views(groups + ([table_to_load()] if reads_table() else []))) %}
{% endmacro %}

{#
    Gives each group its rows, and reads the rows of CSV once: DuckDB says of each scan which
    lines it left out. These lines come back as unreadable rows, so that none is lost.
#}
{% macro read_groups(groups) %}
    {% do read_parquet_groups(groups) %}
    {% do read_csv_groups(groups) %}
    {% do read_json_groups(groups) %}
    {% do find_flat_columns(groups) %}
    {% do scan_csv_rows(groups | selectattr("format", "equalto", "csv") | list) %}
{% endmacro %}

{# The tables that raw views and models read, name to query. #}
{% macro input_tables() %}
    {% do return({
        "slices": "select * from temp.listed_slices",
        "slices_to_load": "select * from temp.slices_to_load",
        "unfinished_slices": "select slice from temp.unfinished_slices",
        "event_files": "select * from temp.event_files",
        "lines_left_out": "select * from temp.lines_left_out",
        "name_lines": "select filename, line, " ~ event_name_in_line("line")
            ~ " as line_event_name from temp.json_files where " ~ has_one_name(),
    }) %}
{% endmacro %}
