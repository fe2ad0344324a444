{#
    The raw views of the source clevertap, name to select, one for each shape of the export;
    empty where it holds none, or another source is chosen. Each row has its slice, and what
    its file says: file_loaded_at, file_event_name.
#}
{% macro raw_clevertap_views(is_chosen) %}
    {% set flat = [] %}
    {% set nested = [] %}
    {% if is_chosen %}
        {% do flat.extend(clevertap_csv_groups()) %}
        {% for group in parquet_groups() %}
            {% set names = group.columns | map(attribute="name") | map("lower") | list %}
            {% set is_nested = "identity" in names or "profile" in names %}
            {% do check_clevertap_columns(group.columns, shown_names(group.files)) %}
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
    {% do return({
        "clevertap_json_records": select_clevertap_json_records(is_chosen),
        "clevertap_flat_rows": flat_selects | join("\nunion all\n"),
        "clevertap_nested_rows": nested_selects | join("\nunion all\n"),
    }) %}
{% endmacro %}

{# The columns that every raw view has. #}
{% macro select_file_columns() %}
        event_files.slice,
        event_files.loaded_at as file_loaded_at,
        event_files.event_name as file_event_name
{%- endmacro %}

{# Lines of JSON, but not one that holds only the event's name; all lines left out. #}
{% macro select_clevertap_json_records(is_chosen) %}
    select
        {{ select_file_columns() }},
        raw_rows.record
    from (
        select * from {{ json_records() if is_chosen
            else "(select null as raw_file_name, null as line, null::json as record where false)" }}
        union all by name
        select raw_file_name from {{ raw_table("lines_left_out") }}
    ) as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on raw_rows.raw_file_name = event_files.filename
    where raw_rows.line is null or raw_rows.line is distinct from event_files.name_line
{% endmacro %}

{# Flat rows, of CSV or Parquet: names with dots, the event's properties gathered in JSON. #}
{% macro select_clevertap_flat_rows(group) %}
    {%- set columns = group.get("columns", []) %}
    select
        {{ select_file_columns() }},
        {{ group.get("is_unreadable", "false") }} as is_unreadable,
        {%- for name in ["ts", "eventTime", "eventName", "profile.identity", "profile.objectId",
            "profile.all_identities", "profile.email", "profile.platform",
            "eventProps.CT Source", "eventProps.Campaign type"] %}
        {{ text_of_column(columns, name) }} as "{{ name }}",
        {%- endfor %}
        {{ json_of_columns(columns, "eventprops.") }} as "eventProps"
    from {{ group.rows }} as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on raw_rows.raw_file_name = event_files.filename
{% endmacro %}

{# Rows of Parquet whose columns hold maps, structs, or JSON as text. #}
{% macro select_clevertap_nested_rows(group) %}
    {%- set columns = group.get("columns", []) %}
    select
        {{ select_file_columns() }},
        {%- for name in ["ts", "eventTime", "eventName"] %}
        {{ text_of_column(columns, name) }} as "{{ name }}",
        {%- endfor %}
        {%- for name in ["identity", "profile", "eventProps"] %}
        try_cast({{ text_of_column(columns, name) }} as json) as "{{ name }}"
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ group.rows }} as raw_rows
    inner join {{ raw_table("event_files") }} as event_files
        on raw_rows.raw_file_name = event_files.filename
{% endmacro %}

{#
    The column of a name, in any case, as text: nested ones as JSON, whole numbers without a
    fraction; null where there is none. `columns` is a list of {name, type, cell}, cell is
    what it is called in SQL where that isn't its name.
#}
{% macro text_of_column(columns, name) -%}
    {%- for column in columns if column.name | lower == name | lower -%}
        {%- set cell = "raw_rows." ~ (column.cell or quoted(column.name)) -%}
        {%- if modules.re.match("STRUCT|MAP|.*[]]$", column.type) -%}
            {%- do return("to_json(" ~ cell ~ ")::varchar") -%}
        {%- elif column.type in ("DOUBLE", "FLOAT") -%}
            {%- do return("regexp_replace(" ~ cell ~ "::decimal(38, 6)::varchar, '[.]?0*$', '')") -%}
        {%- endif -%}
        {%- do return(cell ~ "::varchar") -%}
    {%- endfor -%}
    {%- do return("null::varchar") -%}
{%- endmacro %}

{# The columns whose names begin so, in lower case, as one JSON object, without nulls. #}
{% macro json_of_columns(columns, prefix) -%}
    {%- set names = [] -%}
    {%- set members = [] -%}
    {%- for column in columns
        if (column.name | lower).startswith(prefix) and column.name not in names -%}
        {%- do names.append(column.name) -%}
        {%- do members.append(
            "to_json(" ~ literal(column.name[prefix | length:]) ~ ") || ':' || to_json(raw_rows."
            ~ (column.cell or quoted(column.name)) ~ ")"
        ) -%}
    {%- endfor -%}
    {%- do return(
        "'{' || concat_ws(',', " ~ members | join(", ") ~ ") || '}'" if members
        else "null::varchar"
    ) -%}
{%- endmacro %}

{# CSV files as groups: cells are called by their place, for names may be anything. #}
{% macro clevertap_csv_groups() %}
    {% set groups = [] %}
    {% for group in csv_groups() %}
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

{# Stops the run where columns, a list of {name, type}, are none of the vendor's export. #}
{% macro check_clevertap_columns(columns, origin) %}
    {% set names = columns | map(attribute="name") | map("lower") | list %}
    {% for expected in [
        ["ts", "eventTime"],
        ["profile.identity", "profile.objectId", "profile.all_identities", "profile.email",
            "identity", "profile"],
    ] if not expected | map("lower") | select("in", names) | list %}
        {% do stop(
            input_setting() ~ ": " ~ origin ~ " has no column " ~ expected[0] ~ ": found "
            ~ shown_names(columns | map(attribute="name") | list)
            ~ "; event_source clevertap expects one of " ~ expected | join(", ") ~ "."
        ) %}
    {% endfor %}
    {% set unknown = [] %}
    {% for column in columns if column.name and not modules.re.match(
        "(ts|event(time|name)|identity|controlgroupname|deviceid"
        ~ "|(profile|deviceinfo|eventprops|session_?props)([.].*)?)$",
        column.name | lower
    ) %}{% do unknown.append(column.name) %}{% endfor %}
    {% if unknown %}
        {% do exceptions.warn(
            "Left out, for CleverTap's export has no such column: " ~ unknown | join(", ")
            ~ " of " ~ origin ~ "."
        ) %}
    {% endif %}
{% endmacro %}

{#
    The event's name in the first line of a JSON file that holds nothing else, bare, in
    quotes, or as an object; null where it is something else: SQL.
#}
{% macro event_name_in_line(line) -%}
    case
        when regexp_full_match({{ line }}, '[^{}\[\]"]{1,512}') then trim({{ line }})
        when json_type(try_cast({{ line }} as json)) = 'VARCHAR'
            then try_cast({{ line }} as json) ->> '$'
        when json_keys(try_cast({{ line }} as json)) = ['eventName']
            then try_cast({{ line }} as json) ->> 'eventName'
    end
{%- endmacro %}
