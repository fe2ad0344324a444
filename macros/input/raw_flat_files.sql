{# The files of the source flat, as groups of select_flat_group, one macro per format. #}

{% macro flat_parquet_groups() %}
    {% set groups = [] %}
    {% for group in parquet_groups("flat", names_of_event_columns()) %}
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
{% macro flat_csv_groups(is_alone) %}
    {% set groups = [] %}
    {% for group in csv_groups("flat", names_of_event_columns(), is_alone) %}
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
            "rows": read_csv_files(group, names),
            "columns": columns,
            "cells": columns | map(attribute="name") | list,
            "is_broken": group.is_broken,
            "as_text": true,
            "is_unreadable": has_surplus_cells(),
        }) %}
    {% endfor %}
    {% do scan_csv_rows(groups) %}
    {% do return(groups) %}
{% endmacro %}

{#
    Each value as text, nested ones as JSON; what isn't there is null. Where they are `alone`
    and nothing is loaded yet, the records must have what is required: otherwise they are
    rejected like any that come with others.
#}
{% macro flat_json_groups(is_alone) %}
    {% set files = files_of("json", "flat") %}
    {% if not files %}{% do return([]) %}{% endif %}
    {% set records = json_records(files) %}
    {% set found = [] %}
    {% for row in run_query(
        "select key, list(distinct raw_file_name order by raw_file_name)::json::varchar as files"
        ~ " from (select raw_file_name, unnest(json_keys(record)) as key from " ~ records
        ~ ") group by key order by key"
    ).rows %}
        {% do found.append(
            {"name": row["key"], "type": "VARCHAR", "files": fromjson(row["files"])}
        ) %}
    {% endfor %}
    {% if found %}
        {% do check_event_columns(
            found, shown_names(files), exact=true,
            is_first=is_alone and not is_anything_committed()
        ) %}
    {% elif is_alone %}
        {% do check_anything_is_read("flat") %}
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

{# The names of the contract's columns as a regular expression. #}
{% macro names_of_event_columns() %}
    {% do return(event_columns() | map(attribute="name") | join("|")) %}
{% endmacro %}
