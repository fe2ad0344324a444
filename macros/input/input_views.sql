{#
    The views over what this run loads, name to query, for the sources that come with the
    project: empty where event_source does not choose them, and in a rebuild from the log. Stops
    the run where what they would read can't be read.
#}
{% macro input_views() %}
    {% set sources = [] if rebuilds_from_log() else event_sources() %}
    {% set views = raw_flat_views("flat" in sources) %}
    {% do views.update(raw_clevertap_views("clevertap" in sources)) %}
    {% do return(views) %}
{% endmacro %}

{# The tables that these views and the models read, name to query. #}
{% macro input_tables() %}
    {% do return({
        "slices": "select * from temp.listed_slices",
        "slices_to_load": "select * from temp.slices_to_load",
        "unfinished_slices": "select slice from temp.unfinished_slices",
        "event_files": described_event_files(),
        "lines_left_out": "select * from temp.lines_left_out",
    }) %}
{% endmacro %}

{#
    The query of the files that a run loads: filename, slice, arrived_at, event_name (what a
    line of it says, else its name), name_line (the line that says it).
#}
{% macro described_event_files() %}
    select
        event_files.filename,
        event_files.slice,
        event_files.arrived_at,
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
