{# The files of the source flat, as groups of select_flat_group, one macro per format. #}

{% macro flat_parquet_groups() %}
    {% set groups = [] %}
    {% for group in parquet_groups("flat") %}
        {% do check_event_columns(group.columns, shown_names(group.files)) %}
        {% do groups.append({
            "rows": group.rows,
            "columns": group.columns,
            "as_text": has_text_times(group.columns),
        }) %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}

{#
    Only the contract's columns keep their names, the first of each: others may be empty,
    the same, or the reader's own.
#}
{% macro flat_csv_groups() %}
    {% set groups = [] %}
    {% for group in csv_groups("flat") %}
        {% set found = [] %}
        {% for name in group.names %}
            {% do found.append({"name": name, "type": "VARCHAR"}) %}
        {% endfor %}
        {% do check_event_columns(found, shown_names(group.files)) %}
        {% set wanted = event_columns() | map(attribute="name") | list %}
        {% set names = [] %}
        {% for name in group.names | map("lower") %}
            {% set is_known = name in wanted and name not in names %}
            {% do names.append(name if is_known else "left_out_" ~ loop.index) %}
        {% endfor %}
        {% set columns = [] %}
        {% for name in names if name in wanted %}
            {% do columns.append({"name": name, "type": "VARCHAR"}) %}
        {% endfor %}
        {% do groups.append({
            "rows": read_csv_files(group.files, names),
            "columns": columns,
            "cells": columns | map(attribute="name") | list,
            "as_text": true,
            "is_unreadable": has_surplus_cells(),
            "is_swallowing":
                "(event_at is null and contains(concat(user_id, event_name), chr(10)))" ~ (
                    " or (contains(properties, chr(10)) and not json_valid(properties))"
                    if "properties" in names else ""
                ),
        }) %}
    {% endfor %}
    {% do scan_csv_rows(groups) %}
    {% do return(groups) %}
{% endmacro %}

{# Each value as text, nested ones as JSON; what isn't there is null. #}
{% macro flat_json_groups() %}
    {% set files = files_of("json", "flat") %}
    {% if not files %}{% do return([]) %}{% endif %}
    {% set records = json_records("flat") %}
    {% set found = [] %}
    {% for key in query_values(
        "select distinct unnest(json_keys(record)) as key from " ~ records ~ " order by key"
    ) %}
        {% do found.append({"name": key, "type": "VARCHAR"}) %}
    {% endfor %}
    {% if found %}
        {# later, records without a user are rejected like any that come with others #}
        {% do check_event_columns(
            found, shown_names(files), exact=true,
            is_first=not is_anything_committed()
        ) %}
    {% endif %}
    {% set columns = [] %}
    {% set structure = {} %}
    {% for column in event_columns() %}
        {% do columns.append({"name": column.name, "type": "VARCHAR"}) %}
        {% do structure.update({column.name: "VARCHAR"}) %}
    {% endfor %}
    {% do return([{
        "rows": "(select raw_file_name, record, unnest(json_transform(record, "
            ~ literal(structure | tojson) ~ ")) from " ~ records ~ ")",
        "columns": columns,
        "as_text": true,
        "is_unreadable": "record is null",
    }]) %}
{% endmacro %}
