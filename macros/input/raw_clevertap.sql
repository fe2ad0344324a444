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
            {%- do return(
                "case when not isfinite(" ~ cell ~ ") then null when " ~ cell ~ " = trunc(" ~ cell
                ~ ") and abs(" ~ cell ~ ") < 1e18 then " ~ cell ~ "::bigint::varchar else " ~ cell
                ~ "::varchar end"
            ) -%}
        {%- endif -%}
        {%- do return(cell ~ "::varchar") -%}
    {%- endfor -%}
    {%- do return("null::varchar") -%}
{%- endmacro %}

{# A text that holds a JSON object as that; any other as the one value of an object: SQL. #}
{% macro object_of(text, name) -%}
    case
        when json_type(try_cast({{ text }} as json)) = 'OBJECT' then try_cast({{ text }} as json)
        when {{ text }} is not null then json_object({{ literal(name) }}, {{ text }})
    end
{%- endmacro %}

{#
    The event's properties as JSON text, without nulls: of the columns eventProps.*, else of
    one column that holds them all: SQL.
#}
{% macro properties_of(columns) -%}
    {%- set names = [] -%}
    {%- set members = [] -%}
    {%- for column in columns
        if (column.name | lower).startswith("eventprops.") and column.name not in names -%}
        {%- do names.append(column.name) -%}
        {%- do members.append(
            "to_json(" ~ literal(column.name["eventprops." | length:])
            ~ ") || ':' || to_json(raw_rows." ~ (column.cell or quoted(column.name)) ~ ")"
        ) -%}
    {%- endfor -%}
    {%- do return(
        "'{' || concat_ws(',', " ~ members | join(", ") ~ ") || '}'" if members
        else text_of_column(columns, "eventProps")
    ) -%}
{%- endmacro %}

{# One of the event's properties, as text: SQL. #}
{% macro property_of(columns, name) -%}
    {%- set text = text_of_column(columns, "eventProps." ~ name) -%}
    {%- do return(
        "try_cast(" ~ text_of_column(columns, "eventProps") ~ " as json) ->> " ~ literal(name)
        if text == "null::varchar" else text
    ) -%}
{%- endmacro %}

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

{#
    Stops a first load whose JSON records are none of the vendor's: later, rows that can't be
    used are rejected like any that come with others.
#}
{% macro check_first_clevertap_records() %}
    {% set files = files_of("json", "clevertap") %}
    {% set counts = run_query(
        "select count(*) as record_count, count(*) filter (where contains(line, '\"ts\"')"
        ~ " or contains(line, '\"eventTime\"')) as timed_count from " ~ read_lines(files)
        ~ " where ltrim(line) like '{%' and " ~ event_name_in_line("line") ~ " is null"
    ).rows[0] if files else {"record_count": 0} %}
    {% if counts["record_count"] and not counts["timed_count"] %}
        {% do stop(
            input_setting() ~ ": found no ts in the records of " ~ shown_names(files)
            ~ "; event_source clevertap expects its export, for other events set it to flat."
        ) %}
    {% endif %}
{% endmacro %}

{# Whether the user stands in a column that holds more than one value, not in flat ones. #}
{% macro has_nested_columns(columns) %}
    {% set names = columns | map(attribute="name") | map("lower") | join("\n") %}
    {% do return(
        modules.re.search("^(identity|profile)$", names, modules.re.M)
        and not modules.re.search("^profile[.]", names, modules.re.M)
    ) %}
{% endmacro %}

{# Stops the run where columns, a list of {name, type}, are none of the vendor's export. #}
{% macro check_clevertap_columns(columns, origin, is_nested=false) %}
    {% set names = columns | map(attribute="name") | map("lower") | list %}
    {% for expected in [
        ["ts", "eventTime"],
        ["identity", "profile"] if is_nested else
        ["profile.identity", "profile.objectId", "profile.all_identities", "profile.email"],
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
