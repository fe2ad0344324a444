{#
    The lines that DuckDB leaves out because they are no text, or too long: it says of each
    scan which they were, and checks the columns that the scan reads. They are put aside
    into csv_lines_left_out, and come back as a group of unreadable rows, so that no line is
    lost. Warns of them, and of rows that seem to have swallowed others.
#}
{% macro find_csv_lines_left_out(groups) %}
    {% do run_query("drop table if exists reject_errors; drop table if exists reject_scans") %}
    {% for group in groups %}
        {% set names = group.columns | map(attribute="name") | list %}
        {% set is_swallowing %}
            (event_at is null and contains(concat(user_id, event_name), chr(10)))
            {% if "properties" in names %}
            or (contains(properties, chr(10)) and not json_valid(properties))
            {% endif %}
        {% endset %}
        {% for row in run_query(
            "select raw_file_name, count(*) as row_count, max(hash(" ~ names | join(", ")
            ~ ", surplus_cell, surplus_cell_2)) from " ~ group.rows ~ " where "
            ~ is_swallowing ~ " group by raw_file_name order by raw_file_name"
        ).rows %}
            {% do exceptions.warn(
                row["raw_file_name"] ~ " has " ~ row["row_count"] ~ " rows that go over several"
                ~ " lines and seem to have swallowed others: is a quote left open there?"
            ) %}
        {% endfor %}
    {% endfor %}
    {% do run_query(
        "create or replace temporary table csv_lines_left_out as"
        ~ " select distinct file_path as raw_file_name, line as line_number"
        ~ " from reject_errors inner join reject_scans using (scan_id, file_id)"
    ) %}
    {% for row in run_query(
        "select raw_file_name, count(*) as line_count from temp.csv_lines_left_out"
        ~ " group by raw_file_name order by raw_file_name"
    ).rows %}
        {% do exceptions.warn(
            row["raw_file_name"] ~ " has " ~ row["line_count"] ~ " lines that can't be read, for"
            ~ " they are no UTF-8 or longer than 2 MB (is a quote left open there?)."
        ) %}
    {% endfor %}
    {% do return({
        "rows": raw_table("csv_lines_left_out"),
        "columns": [],
        "as_text": true,
        "is_unreadable": "true",
    }) %}
{% endmacro %}
