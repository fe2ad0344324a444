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
        from temp.json_files
        where {{ has_one_name("line") }}
    ) as name_lines on event_files.filename = name_lines.filename
{% endmacro %}

{# Whether the sample is read: nothing else is set, and we are no package of another's. #}
{% macro is_sample_read() %}
    {% do return(file_sources() | length == 1 and not var("events_path", none)
        and not env_var("EVENTS_PATH", "") and project_name == "session_analytics") %}
{% endmacro %}

{# The slices alone, for `dbt source freshness`: how old the newest of them is. #}
{% macro write_listed_slices() %}
    {% do check_events_relation() %}
    {% do find_slices(is_anew=false) %}
    {% do write_raw_schema({"slices": "select * from temp.listed_slices"}, {}) %}
{% endmacro %}
