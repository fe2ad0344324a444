{# CSV files with broken quotes: DuckDB's reader would drop what follows a closing quote. #}

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
    Of files some lines of which are not whole cells, those whose cells merely hold line ends are
    not broken. A cell of the first row may hold some, too: then the names are in several lines.
#}
{% macro find_broken_quotes(files, ends_in_two) %}
    {% if files %}
        {% do run_query(
            "update temp.csv_files set is_broken = not found.is_whole, line = found.header,"
            ~ " has_whole_header = found.has_whole_header from (select raw_file_name,"
            ~ " bool_and(is_whole) as is_whole, arg_min(text, line_number) as header,"
            ~ " arg_min(is_whole, line_number) as has_whole_header from "
            ~ csv_rows_by_quotes(files, ends_in_two) ~ " group by raw_file_name) as found"
            ~ " where csv_files.filename = found.raw_file_name"
        ) %}
    {% endif %}
{% endmacro %}

{#
    The rows of CSV files by their quotes, a query in brackets: raw_file_name, line_number (of
    the first line), text, is_whole. An empty line is a part of a cell, but not where each
    line leaves one behind (ends_in_two). Lines are one row while a quote is open. A line is
    a row of its own where it can stand neither outside nor inside of quotes; so is each line
    of what together is no whole row, for then a quote was left open.
#}
{% macro csv_rows_by_quotes(files, ends_in_two) %}
    {%- set cells = csv_cells() -%}
    {%- set opens = '[ ]*"(?:[^"]|"")*' -%}
    {%- set inside = '(?:[^"]|"")*' -%}
    (
        with

        numbered_lines as (
            select
                raw_file_name,
                coalesce(line, '') as line,
                row_number() over () as line_number
            from {{ read_lines(files, tells_rejects=true) }}
            where {{ "line is not null" if ends_in_two else "true" }}
        ),

        lines_with_quotes as (
            select
                *,
                {{ is_whole_cells("line") }} as is_whole,
                is_whole
                or regexp_full_match(line, '(?:{{ cells }},)?{{ opens }}')
                or regexp_full_match(line, '{{ inside }}')
                or regexp_full_match(line, '{{ inside }}"[ ]*(?:,{{ cells }})?')
                or regexp_full_match(line, '{{ inside }}"[ ]*,(?:{{ cells }},)?{{ opens }}')
                    as is_sound,
                if(is_sound, length(line) - length(replace(line, '"', '')), 0) as quote_count
            from numbered_lines
        ),

        lines_with_starts as (
            select
                *,
                not is_sound or coalesce(sum(quote_count) over (
                    partition by raw_file_name
                    order by line_number
                    rows between unbounded preceding and 1 preceding
                ), 0) % 2 = 0 as is_start
            from lines_with_quotes
        ),

        lines_with_rows as (
            select
                *,
                sum(is_start::integer) over (
                    partition by raw_file_name order by line_number
                ) as row_number
            from lines_with_starts
        ),

        joined_rows as (
            select
                raw_file_name,
                row_number,
                min(line_number) as line_number,
                string_agg(line, chr(10) order by line_number) as text
            from lines_with_rows
            group by raw_file_name, row_number
        ),

        found_rows as (
            select
                raw_file_name,
                line_number,
                text,
                true as is_whole
            from joined_rows
            where text != '' and {{ is_whole_cells("text") }}
            union all
            select
                lines_with_rows.raw_file_name,
                lines_with_rows.line_number,
                lines_with_rows.line as text,
                -- a quote inside of a cell may be the end of a torn one
                lines_with_rows.is_whole
                and not regexp_matches(lines_with_rows.line, '[^," ][^,"]*"[^,"]') as is_whole
            from lines_with_rows
            inner join joined_rows
                on
                    lines_with_rows.raw_file_name = joined_rows.raw_file_name
                    and lines_with_rows.row_number = joined_rows.row_number
            where
                not {{ is_whole_cells("joined_rows.text") }}
                and lines_with_rows.line != ''
        )

        select
            raw_file_name,
            line_number - min(line_number) over (partition by raw_file_name) + 1 as line_number,
            text,
            is_whole
        from found_rows
    )
{% endmacro %}

{#
    The rows of such files as read_csv_files gives others; one that is not whole has a
    surplus_cell. Its line_number and is_whole are there, too.
#}
{% macro read_broken_csv_files(files, ends_in_two, columns) %}
    (
        with

        rows_with_cells as (
            select
                *,
                list_transform(
                    case
                        when is_whole
                            then regexp_extract_all(text || ',', '(?s)({{ csv_cell() }}),', 1)
                    end,
                    lambda cell: nullif(nullif(case
                        when starts_with(ltrim(cell, ' '), '"')
                            then replace(trim(cell, ' ')[2:-2], '""', '"')
                        else cell
                    end, ''), '\N')
                ) as cells
            from {{ csv_rows_by_quotes(files, ends_in_two) }}
            where line_number > 1
        )

        select
            raw_file_name,
            line_number,
            is_whole,
            {%- for column in columns %}
            cells[{{ loop.index }}] as {{ quoted(column) }},
            {%- endfor %}
            case
                when not is_whole then text
                else list_filter(
                    cells[{{ columns | length + 1 }}:], lambda cell: cell is not null
                )[1]
            end as {{ surplus_cells()[0] }}
            {%- for cell in surplus_cells()[1:] %},
            null::varchar as {{ cell }}
            {%- endfor %}
        from rows_with_cells
    )
{% endmacro %}
