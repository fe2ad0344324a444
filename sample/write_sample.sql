{#
    write_sample(folder): writes the files of the sample export into the folder, which
    must exist already; gives nothing.
    dbt run-operation write_sample --args '{folder: sample/export}'
#}
{% macro write_sample(folder) %}
    {% do run_query(
        "create or replace temporary table sample_lines as "
        ~ "select *, dense_rank() over (order by file_name) as file_number "
        ~ "from (" ~ sample_export() ~ ") order by file_number, line_number"
    ) %}

    {% set files = run_query(
        "select distinct file_number, file_name from sample_lines order by file_number"
    ) %}

    {# CSV without quotes writes a line as it is; the delimiter occurs in no line. #}
    {% set copies = [] %}
    {% for file in files %}
        {% do copies.append(
            "copy (select line from sample_lines where file_number = " ~ file[0]
            ~ " order by line_number) to '" ~ folder ~ "/" ~ file[1]
            ~ "' (format csv, header false, quote '', escape '', delimiter '\x1f', "
            ~ "compression gzip, use_tmp_file true)"
        ) %}
    {% endfor %}
    {% do run_query(copies | join("; ")) %}
    {% do run_query("drop table sample_lines") %}
{% endmacro %}

{#
    write_sample_once(folder): writes the sample unless all of it is there; a run that
    was killed while it wrote leaves fewer files.
#}
{% macro write_sample_once(folder) %}
    {% set file_count = 1251 %}
    {% set written = run_query(
        "select count(*) from glob('" ~ folder ~ "/*.json.gz')"
        ~ " where not starts_with(parse_filename(file), 'tmp_')"
    ).columns[0][0] %}
    {% if written < file_count %}
        {% do log("Writing the sample export into " ~ folder, info=true) %}
        {% do write_sample(folder) %}
    {% endif %}
{% endmacro %}
