{#
    The lines of a source's JSON files as a query in brackets: raw_file_name, line, and record, a JSON
    object, null where the line holds none: a broken line never stops a run.
#}
{% macro json_records(source) %}
    {% set files = files_of("json", source) %}
    {% if not files %}
        {% do return(
            "(select null::varchar as raw_file_name, null::varchar as line,"
            ~ " null::json as record where false)"
        ) %}
    {% endif %}
    {% do return(
        "(select raw_file_name, line,"
        ~ " case when ltrim(line) like '{%' then try_cast(line as json) end as record"
        ~ " from " ~ read_lines(files) ~ " where not " ~ is_blank("line") ~ ")"
    ) %}
{% endmacro %}
