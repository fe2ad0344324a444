{#
    The raw view of the source clevertap, name to select: the records of the export as
    they are, over the files that are set, or empty where another source is chosen.
#}
{% macro raw_clevertap_views(is_chosen) %}
    {% set files = files_of("json") if is_chosen else [] %}
    {% set records = json_records(files)
        if files else "(select null::varchar as event_file, null::json as record where false)" %}
    {% set select_records %}
        select
            event_files.slice,
            event_files.loaded_at as file_loaded_at,
            records.record
        from {{ records }} as records
        inner join {{ raw_schema() }}.event_files
            on records.event_file = event_files.filename
    {% endset %}
    {% do return({"clevertap_records": select_records}) %}
{% endmacro %}
