{#
    Makes the raw views of every source that comes with the project: over what the run
    loads for the sources that are chosen, empty for the others. All checks of the input
    come before the first write, which drops `tables`, a list of names of ours.
#}
{% macro prepare_input(tables) %}
    {% do check_events_relation() %}
    {% if is_sample_read() %}{% do write_sample_once(sample_folder()) %}{% endif %}
    {% do find_slices(is_anew=tables | length > 0) %}
    {% if file_sources() %}
        {% do check_event_files(tables or not is_anything_committed()) %}
    {% endif %}
    {% do scan_text_files() %}
    {% do check_nothing_is_lost(tables) %}
    {% set views = raw_flat_views("flat" in event_sources()) %}
    {% do views.update(raw_clevertap_views("clevertap" in event_sources())) %}
    {% for name in tables if stored_relation(name) %}
        {% do adapter.drop_relation(stored_relation(name)) %}
    {% endfor %}
    {% do views.update(stored_views()) %}
    {% do write_raw_schema({
        "slices": "select * from temp.listed_slices",
        "unfinished_slices": "select slice from temp.unfinished_slices",
        "event_files": described_event_files(),
        "lines_left_out": "select * from temp.lines_left_out",
    }, views) %}
{% endmacro %}

{#
    The query of the files that a run loads: filename, slice, loaded_at, event_name (what a
    line of it says, else its name), name_line (the line that says it).
#}
{% macro described_event_files() %}
    select
        event_files.filename,
        event_files.slice,
        event_files.loaded_at,
        coalesce(name_lines.event_name, event_files.event_name) as event_name,
        name_lines.line as name_line
    from temp.event_files as event_files
    left join (
        select
            filename,
            line,
            {{ event_name_in_line("line") }} as event_name
        from temp.first_lines
        where event_name is not null and filename in ({{ literals(files_of("json")) or "null" }})
    ) as name_lines on event_files.filename = name_lines.filename
{% endmacro %}

{# Whether the sample is read: nothing else is set, and we are no package of another's. #}
{% macro is_sample_read() %}
    {% do return(file_sources() | length == 1 and not var("events_path", none)
        and not env_var("EVENTS_PATH", "") and project_name == "session_analytics") %}
{% endmacro %}

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
        ~ " 0 as size, null::varchar as fingerprint, true as is_settled,"
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

{# The slices alone, for `dbt source freshness`: how old the newest of them is. #}
{% macro write_listed_slices() %}
    {% do check_events_relation() %}
    {% do find_slices(is_anew=false) %}
    {% do write_raw_schema({"slices": "select * from temp.listed_slices"}, {}) %}
{% endmacro %}
