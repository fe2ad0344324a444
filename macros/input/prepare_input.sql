{#
    Makes the raw views of every source that comes with the project: over what the run
    loads for the source that is chosen, empty for the others. All checks of the input
    come before the first write, which drops `tables`, a list of names of ours.
#}
{% macro prepare_input(tables) %}
    {% set chosen = event_source() %}
    {% do check_events_relation(chosen) %}
    {% if is_sample_read() %}{% do write_sample_once(sample_folder()) %}{% endif %}
    {% do find_slices(is_anew=tables | length > 0) %}
    {% if reads_files() %}
        {% set is_first = tables or not is_anything_committed() %}
        {% do check_event_files(is_first) %}
    {% endif %}
    {% do scan_text_files() %}
    {% do check_nothing_is_lost(tables) %}
    {% set views = raw_flat_views(chosen == "flat") %}
    {% do views.update(raw_clevertap_views(chosen == "clevertap")) %}
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
    {% do return(reads_files() and not var("events_path", none)
        and not env_var("EVENTS_PATH", "") and project_name == "session_analytics") %}
{% endmacro %}

{#
    Temporary tables: listed_files, all that the input holds, and listed_slices, its slices;
    unfinished_slices, those of runs that were never committed; slices_to_load, those that
    the run loads, all of them where it builds anew, and for `dbt test` those that were
    loaded last; event_files, the files of these, and those that are of no slice.
#}
{% macro find_slices(is_anew) %}
    {% set no_file = "select null::varchar as filename, null::varchar as slice,"
        ~ " null::varchar as format, 0 as size, null::timestamp as loaded_at,"
        ~ " null::varchar as event_name where false" %}
    {% set no_slice = "select null::varchar as slice, null::varchar as fingerprint,"
        ~ " true as is_settled, null::timestamp as loaded_at where false" %}
    {% do create_temporary(
        "listed_files", list_event_files(event_source()) if reads_files() else no_file
    ) %}
    {% if reads_files() %}
        {% do create_temporary("listed_slices", list_slices_of_files("temp.listed_files")) %}
    {% elif is_built_in_source() %}
        {% do create_temporary("listed_slices", list_slices()) %}
    {% else %}
        {% do create_temporary("listed_slices", no_slice) %}
    {% endif %}
    {% set recorded = stored_relation("loaded_slices") if not is_anew else none %}
    {% set recorded = recorded
        or "(select null::bigint as batch, * from temp.listed_slices where false)" %}
    {% do create_temporary(
        "unfinished_slices", no_slice if is_anew else unfinished_slices()
    ) %}
    {% do create_temporary(
        "slices_to_load",
        slices_loaded_last("temp.listed_slices", recorded)
        if invocation_args_dict["which"] == "test"
        else slices_to_load("temp.listed_slices", recorded, "temp.unfinished_slices")
    ) %}
    {% do create_temporary(
        "event_files",
        "select * from temp.listed_files where slice in (select slice from temp.slices_to_load)"
        ~ " or slice not in (select slice from temp.listed_slices)"
    ) %}
{% endmacro %}

{% macro create_temporary(name, query) %}
    {% do run_query("create or replace temporary table " ~ name ~ " as " ~ query) %}
{% endmacro %}

{# The slices alone, for `dbt source freshness`: how old the newest of them is. #}
{% macro write_listed_slices() %}
    {% do check_events_relation(event_source()) %}
    {% do find_slices(is_anew=false) %}
    {% do write_raw_schema({"slices": "select * from temp.listed_slices"}, {}) %}
{% endmacro %}
