{#
    The raw views of the source clevertap, name to select: records of JSON lines, rows of CSV
    and Parquet, lines that can't be read; empty where there are none, or another source is
    chosen. Each row has its slice, and what its file says: file_loaded_at, file_event_name.
#}
{% macro raw_clevertap_views(is_chosen) %}
    {% set groups = [] %}
    {% if is_chosen %}
        {% for group in parquet_groups(
            "clevertap", "ts|event(time|name)|" ~ names_of_clevertap_users()
        ) %}
            {% do check_clevertap_columns(group.columns, shown_names(group.files)) %}
            {% do groups.append(group) %}
        {% endfor %}
        {% do groups.extend(clevertap_csv_groups(is_alone=not groups)) %}
        {% if not groups and not is_anything_committed() %}
            {% do check_first_clevertap_records() %}
        {% endif %}
    {% endif %}
    {% set selects = [] %}
    {% for group in groups or [{"rows": "(select null::varchar as raw_file_name where false)"}] %}
        {% do selects.append(select_clevertap_rows(group)) %}
    {% endfor %}
    {# of JSON not the line that holds only the event's name #}
    {% do return({
        "clevertap_json_records": with_file(select_clevertap_records(is_chosen))
            ~ " where line is distinct from name_line",
        "clevertap_table_rows": with_file(selects | join("\nunion all\n")),
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
        event_files.arrived_at as file_loaded_at,
        event_files.event_name as file_event_name,
        event_files.name_line
    from ({{ query }}) as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on
            raw_rows.raw_file_name = event_files.filename
            and {{ source_of_slice("event_files.slice") }} = 'clevertap'
{% endmacro %}

{#
    The query of JSON records: record, null where a line holds none, and line_event_name, what
    a line before it says. Lines that say a name are no records.
#}
{% macro select_clevertap_records(is_chosen) %}
    {%- set files = files_of("json", "clevertap") if is_chosen else [] -%}
    {%- set joined = files_of_several_exports("clevertap") if files else [] %}
    select
        raw_file_name,
        line,
        record,
        null::varchar as line_event_name
    from {{ json_records(files | reject("in", joined) | list) }}
    {%- if joined %}
    union all
    select
        raw_file_name,
        line,
        record,
        line_event_name
    from {{ records_after_names(joined) }}
    where not is_name_line
    {%- endif %}
{% endmacro %}

{#
    Rows of CSV or Parquet: what the export holds as text, an object of several values as
    JSON, whether it is a column (a map, a struct, or JSON as text) or a column of each value.
#}
{% macro select_clevertap_rows(group) %}
    {%- set columns = group.get("columns", []) %}
    select
        raw_file_name,
        {{ group.get("is_unreadable", "false") }} as is_unreadable,
        {%- for name in ["ts", "eventTime", "eventName"] %}
        {{ text_of_columns(columns, name) }} as "{{ name }}",
        {%- endfor %}
        {%- for name in ["identity", "profile", "deviceInfo", "eventProps"] %}
        {{ object_of_columns(columns, name) }} as "{{ name }}"{{ "," if not loop.last }}
        {%- endfor %}
    from {{ group.rows }} as raw_rows
{% endmacro %}

{# CSV files as groups: cells are called by their place, for names may be anything. #}
{% macro clevertap_csv_groups(is_alone) %}
    {% set groups = [] %}
    {% for group in csv_groups("clevertap", names_of_clevertap_columns(), is_alone) %}
        {% set columns = [] %}
        {% for name in group.names %}
            {% do columns.append({
                "name": name, "type": "VARCHAR", "cell": "cell_" ~ loop.index,
            }) %}
        {% endfor %}
        {% do check_clevertap_columns(columns, shown_names(group.files)) %}
        {% set cells = columns | map(attribute="cell") | list %}
        {% set used = [] %}
        {% for column in columns if modules.re.match(
            "(ts|event(time|name)|(identity|profile|deviceinfo|eventprops)([.].*)?)$",
            column.name | lower
        ) %}{% do used.append(column.cell) %}{% endfor %}
        {% do groups.append({
            "rows": read_csv_files(group, cells),
            "columns": columns,
            "cells": used,
            "is_broken": group.is_broken,
            "is_unreadable": has_surplus_cells(),
        }) %}
    {% endfor %}
    {% do scan_csv_rows(groups) %}
    {% do return(groups) %}
{% endmacro %}
