{#
    Temporary tables: listed_files, all that the input holds, and listed_slices, its slices;
    unfinished_slices, those of runs that were never committed; slices_to_load, those that
    the run loads, all of them where it builds anew, and for `dbt test` those that were
    loaded last; event_files, the files of these, and those that are of no slice.
#}
{% macro find_slices(is_anew) %}
    {% set listed_files = [] %}
    {% for source in file_sources() %}
        {% do listed_files.append("from (" ~ list_event_files(source) ~ ")") %}
    {% endfor %}
    {% do create_temporary("listed_files", listed_files | join(" union all ") or (
        "select null::varchar as filename, null::varchar as slice, null::varchar as format,"
        ~ " null::varchar as compression, 0 as size, null::varchar as fingerprint, true as is_settled,"
        ~ " null::timestamp as loaded_at, null::varchar as event_name where false"
    )) %}
    {% do check_files_are_read_once() %}
    {% do create_temporary("listed_slices", list_slices_of_files("temp.listed_files") ~ (
        " union all " ~ list_slices_of_table() if var("events_relation", none) else ""
    )) %}
    {% set recorded = stored_relation("loaded_slices") if not is_anew else none %}
    {% set recorded = recorded
        or "(select null::bigint as batch, * from temp.listed_slices where false)" %}
    {% do create_temporary(
        "unfinished_slices", no_slice() if is_anew else unfinished_slices()
    ) %}
    {% do create_temporary(
        "slices_to_load",
        slices_loaded_last("temp.listed_slices", recorded)
        if invocation_args_dict["which"] == "test"
        else slices_to_load(
            "temp.listed_slices", recorded, "temp.unfinished_slices",
            built_in_sources()
        )
    ) %}
    {% do create_temporary(
        "event_files",
        "select * from temp.listed_files where slice in (select slice from temp.slices_to_load)"
        ~ " or slice not in (select slice from temp.listed_slices)"
    ) %}
{% endmacro %}

{# Stops the run where two sources read the same file. #}
{% macro check_files_are_read_once() %}
    {% set twice = query_values(
        "select filename from temp.listed_files group by filename having count(*) > 1"
        ~ " order by filename"
    ) %}
    {% if twice %}
        {% do stop(
            input_setting() ~ ": found " ~ shown_names(twice) ~ " in the paths of two sources;"
            ~ " expected for each source files of its own."
        ) %}
    {% endif %}
{% endmacro %}

{% macro create_temporary(name, query) %}
    {% do run_query("create or replace temporary table " ~ name ~ " as " ~ query) %}
{% endmacro %}
