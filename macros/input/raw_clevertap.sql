{#
    The raw views of the source clevertap, name to select, one for each shape of the export;
    empty where it holds none, or another source is chosen. Each row has its slice, and what
    its file says: file_loaded_at, file_event_name.
#}
{% macro raw_clevertap_views(is_chosen) %}
    {% set flat = [] %}
    {% set nested = [] %}
    {% if is_chosen %}
        {% if not is_anything_committed() %}{% do check_first_clevertap_records() %}{% endif %}
        {% do flat.extend(clevertap_csv_groups()) %}
        {% for group in parquet_groups("clevertap") %}
            {% set is_nested = has_nested_columns(group.columns) %}
            {% do check_clevertap_columns(group.columns, shown_names(group.files), is_nested) %}
            {% do (nested if is_nested else flat).append(group) %}
        {% endfor %}
    {% endif %}
    {% set no_group = {"rows": "(select null::varchar as raw_file_name where false)"} %}
    {% set flat_selects = [] %}
    {% for group in flat or [no_group] %}
        {% do flat_selects.append(select_clevertap_flat_rows(group)) %}
    {% endfor %}
    {% set nested_selects = [] %}
    {% for group in nested or [no_group] %}
        {% do nested_selects.append(select_clevertap_nested_rows(group)) %}
    {% endfor %}
    {# of JSON not the line that holds only the event's name #}
    {% set records = json_records("clevertap" if is_chosen else "no source") %}
    {% do return({
        "clevertap_json_records": with_file("select * from " ~ records)
            ~ " where line is distinct from name_line",
        "clevertap_flat_rows": with_file(flat_selects | join("\nunion all\n")),
        "clevertap_nested_rows": with_file(nested_selects | join("\nunion all\n")),
        "clevertap_unreadable_lines":
            with_file("select raw_file_name from " ~ raw_table("lines_left_out")),
    }) %}
{% endmacro %}

{#
    The rows of a query with what their files say. One join for all: of hundreds of shapes,
    each with a join of its own, a run would need gigabytes.
#}
{% macro with_file(query) %}
    select
        raw_rows.*,
        event_files.slice,
        event_files.loaded_at as file_loaded_at,
        event_files.event_name as file_event_name,
        event_files.name_line
    from ({{ query }}) as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on
            raw_rows.raw_file_name = event_files.filename
            and {{ source_of_slice("event_files.slice") }} = 'clevertap'
{% endmacro %}

{# Flat rows, of CSV or Parquet: names with dots, the event's properties gathered in JSON. #}
{% macro select_clevertap_flat_rows(group) %}
    {%- set columns = group.get("columns", []) %}
    select
        raw_file_name,
        {{ group.get("is_unreadable", "false") }} as is_unreadable,
        {%- for name in ["ts", "eventTime", "eventName", "profile.identity", "profile.objectId",
            "profile.all_identities", "profile.email", "profile.platform"] %}
        {{ text_of_column(columns, name) }} as "{{ name }}",
        {%- endfor %}
        {%- for name in ["CT Source", "Campaign type"] %}
        {{ property_of(columns, name) }} as "eventProps.{{ name }}",
        {%- endfor %}
        {{ properties_of(columns) }} as "eventProps"
    from {{ group.rows }} as raw_rows
{% endmacro %}

{# Rows of Parquet whose columns hold maps, structs, or JSON as text. #}
{% macro select_clevertap_nested_rows(group) %}
    {%- set columns = group.get("columns", []) %}
    select
        raw_file_name,
        {%- for name in ["ts", "eventTime", "eventName"] %}
        {{ text_of_column(columns, name) }} as "{{ name }}",
        {%- endfor %}
        {{ object_of(text_of_column(columns, "identity"), "identity") }} as identity,
        {{ object_of(text_of_column(columns, "profile"), "identity") }} as profile,
        try_cast({{ properties_of(columns) }} as json) as "eventProps"
    from {{ group.rows }} as raw_rows
{% endmacro %}

{# CSV files as groups: cells are called by their place, for names may be anything. #}
{% macro clevertap_csv_groups() %}
    {% set groups = [] %}
    {% for group in csv_groups("clevertap") %}
        {% set columns = [] %}
        {% for name in group.names %}
            {% do columns.append({
                "name": name, "type": "VARCHAR", "cell": "cell_" ~ loop.index,
            }) %}
        {% endfor %}
        {% do check_clevertap_columns(columns, shown_names(group.files)) %}
        {% set cells = columns | map(attribute="cell") | list %}
        {% do groups.append({
            "rows": read_csv_files(group.files, cells),
            "columns": columns,
            "cells": cells,
            "is_unreadable": has_surplus_cells(),
            "is_swallowing": "regexp_matches(concat(" ~ cells | join(", ")
                ~ "), '\\n[0-9]{10,14},')",
        }) %}
    {% endfor %}
    {% do scan_csv_rows(groups) %}
    {% do return(groups) %}
{% endmacro %}
