{#
    Makes the raw views of every source that comes with the project: over the input for the
    source that is chosen, empty for the others. All checks of the input come before the
    first write.
#}
{% macro create_raw_views() %}
    {% set chosen = event_source() %}
    {% set formats = {
        "clevertap": {"json": "JSON lines (.json, .jsonl, .ndjson)"},
        "flat": {
            "parquet": ".parquet",
            "csv": ".csv",
            "json": "JSON lines (.json, .jsonl, .ndjson)",
        },
    }.get(chosen) %}
    {% do check_events_relation(chosen) %}
    {% if formats and not var("events_relation", none) %}
        {% if not var("events_path", none) and not env_var("EVENTS_PATH", "")
            and project_name == "session_analytics" %}
            {% do write_sample_once(sample_folder()) %}
        {% endif %}
        {% do find_event_files(chosen) %}
        {% do check_event_files(formats) %}
    {% else %}
        {% do run_query(
            "create or replace temporary table event_files as "
            ~ list_event_files(chosen, [("", "")]) ~ " limit 0"
        ) %}
    {% endif %}
    {% do write_raw_schema({
        "event_files": "select filename, slice, loaded_at from temp.event_files",
        "csv_lines_left_out": "select * from temp.csv_lines_left_out",
    }, raw_flat_views(chosen == "flat"), raw_clevertap_views(chosen == "clevertap")) %}
{% endmacro %}

{# Writes tables, name to query, and after them views, likewise, into the raw schema. #}
{% macro write_raw_schema(tables, flat_views, clevertap_views) %}
    {% set schema = raw_schema() %}
    {% do run_query("create schema if not exists " ~ schema) %}
    {% for name, query in tables.items() %}
        {% do run_query("create or replace table " ~ schema ~ "." ~ name ~ " as " ~ query) %}
    {% endfor %}
    {% for name, query in flat_views.items() | list + clevertap_views.items() | list %}
        {% do run_query("create or replace view " ~ schema ~ "." ~ name ~ " as " ~ query) %}
    {% endfor %}
{% endmacro %}

{# Where the raw views lie: beside the target's schema. #}
{% macro raw_schema() %}
    {% do return(target.schema ~ "_raw") %}
{% endmacro %}
