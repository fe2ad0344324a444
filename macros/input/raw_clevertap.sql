{#
    The raw view of the source clevertap, name to select: the records of the export as they
    are, over the files that are set, or empty where another source is chosen.
#}
{% macro raw_clevertap_views(is_chosen) %}
    {% set records = json_records(files_of("json") if is_chosen else []) %}
    {% set select_records %}
        select
            event_files.slice,
            event_files.loaded_at as file_loaded_at,
            records.record
        from {{ records }} as records
        inner join {{ raw_table("event_files") }} as event_files
            on records.raw_file_name = event_files.filename
    {% endset %}
    {% do return({"clevertap_records": select_records}) %}
{% endmacro %}

{#
    The records of JSON lines files: raw_file_name and record, a JSON object, null where a
    line holds none: a broken line never stops a run.
#}
{% macro json_records(files) %}
    {% if not files %}
        {% do return("(select null::varchar as raw_file_name, null::json as record where false)") %}
    {% endif %}
    {% do return(
        "(select raw_file_name, case when ltrim(json::varchar) like '{%' then json end as record"
        ~ " from read_ndjson_objects([" ~ file_literals(files) ~ "], ignore_errors = true,"
        ~ " maximum_object_size = 134217728, filename = 'raw_file_name',"
        ~ " hive_partitioning = false))"
    ) %}
{% endmacro %}
