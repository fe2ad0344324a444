{#
    Reads the lines of JSON files once. Temporary table json_files: filename, ends_in_two,
    line (the first that is not empty), first_record (the first that begins an object),
    mark_count (lines that begin none, or that hold an event's name alone).
#}
{% macro scan_json_files(files) %}
    {% do create_temporary(
        "json_files",
        "select null::varchar as filename, false as ends_in_two, null::varchar as line,"
        ~ " null::varchar as first_record, 0 as mark_count where false"
    ) %}
    {% if files %}
        {% do forget_rejects() %}
        {% do run_query(
            "insert into temp.json_files select raw_file_name, " ~ ends_in_two() ~ ","
            ~ " first(line) filter (where line is not null),"
            ~ " first(line) filter (where not is_mark), count(*) filter (where is_mark)"
            ~ " from (select *, not starts_with(" ~ without_space_before("line") ~ ", '{')"
            ~ " or (length(line) <= 512 and " ~ is_name_object("line") ~ ") as is_mark from "
            ~ read_lines(files, "store_rejects = true, parallel = false")
            ~ ") group by raw_file_name having count(line) > 0"
        ) %}
        {% do check_rejects(
            "file_path not in (select filename from temp.json_files)",
            "found no line in {} that is text; expected JSON lines"
        ) %}
        {% do warn_of_other_json() %}
    {% endif %}
{% endmacro %}

{# Warns of files that hold JSON, but not an object in each line. #}
{% macro warn_of_other_json() %}
    {% set files = files_of_other_json() %}
    {% if files %}
        {% do exceptions.warn(
            "Expected one object per line in " ~ shown_names(files) ~ ": found a list of objects"
            ~ " or objects over several lines (jq -c '.[]' writes those of a list each on a line,"
            ~ " jq -c . others)."
        ) %}
    {% endif %}
{% endmacro %}

{# JSON files that begin with a list, or with an object that goes on in the next line. #}
{% macro files_of_other_json() %}
    {% do return(query_values(
        "select filename from temp.json_files"
        ~ " where regexp_full_match(" ~ without_space_before("line") ~ ", '[{\\[]\\s*|\\[.*')"
        ~ " order by filename"
    )) %}
{% endmacro %}

{# A line without spaces and byte order marks before it: files that were joined have these. #}
{% macro without_space_before(line) -%}
    ltrim({{ line }}, ' ' || chr(9) || chr(65279))
{%- endmacro %}

{#
    The lines of a source's JSON files as a query in brackets: raw_file_name, line, and
    record, a JSON object, null where the line holds none: a broken line never stops a run.
#}
{% macro json_records(files) %}
    {% if not files %}
        {% do return(
            "(select null::varchar as raw_file_name, null::varchar as line,"
            ~ " null::json as record where false)"
        ) %}
    {% endif %}
    {% do return(
        "(select raw_file_name, line,"
        ~ " case when starts_with(" ~ without_space_before("line") ~ ", '{')"
        ~ " then try_cast(" ~ without_space_before("line") ~ " as json) end as record"
        ~ " from " ~ read_lines(files) ~ " where not " ~ is_blank("line") ~ ")"
    ) %}
{% endmacro %}
