{#
    What the columns of a CleverTap export in CSV or Parquet hold, as SQL. `columns` is a list
    of {name, type, cell}; cell is what a column is called in SQL where that isn't its name.
#}

{# The columns that an export may have, as a regular expression. #}
{% macro names_of_clevertap_columns() -%}
    {%- do return("ts|event(time|name)|controlgroupname|deviceid"
        ~ "|(identity|profile|deviceinfo|eventprops|session_?props|commprefs)([.].*)?") -%}
{%- endmacro %}

{# Those that say whose event it is, likewise. #}
{% macro names_of_clevertap_users() -%}
    {%- do return("(identity|profile)"
        ~ "([.](identity|clevertapid|objectid|all_identities|email|phone))?"
        ~ "|identity[.].*") -%}
{%- endmacro %}

{#
    The columns of a name, as SQL in the order in which they count: that of the exact name,
    then those of the name in another case, by their names.
#}
{% macro cells_of_columns(columns, name) -%}
    {%- set cells = {} -%}
    {%- for column in columns if column.name | lower == name | lower -%}
        {%- set order = ("0" if column.name == name else "1") ~ column.name -%}
        {%- do cells.setdefault(order, [
            "raw_rows." ~ (column.cell or quoted(column.name)), column.type,
        ]) -%}
    {%- endfor -%}
    {%- do return(cells | dictsort(case_sensitive=true) | map(attribute="1") | list) -%}
{%- endmacro %}

{# The first text in the columns of a name that is not empty; null where there is none. #}
{% macro text_of_columns(columns, name) -%}
    {%- set texts = [] -%}
    {%- for cell, type in cells_of_columns(columns, name) -%}
        {%- do texts.append("nullif(" ~ text_of_value(cell, type) ~ ", '')") -%}
    {%- endfor -%}
    {%- do return("coalesce(" ~ (texts + ["null::varchar"]) | join(", ") ~ ")") -%}
{%- endmacro %}

{#
    The values of an object as JSON text, without nulls: of the columns `<name>.<value>`, and
    of a column that holds them all; the text of that column where it is no JSON object.
#}
{% macro object_of_columns(columns, name) -%}
    {%- set prefix = name ~ "." -%}
    {%- set values = {} -%}
    {%- for column in columns | sort(attribute="name", case_sensitive=true)
        if (column.name | lower).startswith(prefix | lower) -%}
        {%- set key = column.name[prefix | length:] -%}
        {%- set value = json_of_value(
            "raw_rows." ~ (column.cell or quoted(column.name)), column.type
        ) -%}
        {%- if column.name.startswith(prefix) -%}
            {%- do values.setdefault(key, []).insert(0, value) -%}
        {%- else -%}
            {%- do values.setdefault(key, []).append(value) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set members = [] -%}
    {%- for key, cells in values.items() -%}
        {%- do members.append(
            "to_json(" ~ literal(key) ~ ") || ':' || coalesce(" ~ cells | join(", ") ~ ")"
        ) -%}
    {%- endfor -%}
    {%- set whole = text_of_columns(columns, name) -%}
    {%- if not members -%}{%- do return(whole) -%}{%- endif -%}
    {%- set object = "'{' || concat_ws(',', " ~ members | join(", ") ~ ") || '}'" -%}
    {%- if not cells_of_columns(columns, name) -%}{%- do return(object) -%}{%- endif -%}
    {%- do return(
        "coalesce(json_merge_patch(" ~ object_in(whole) ~ ", " ~ object ~ ")::varchar, "
        ~ object ~ ")"
    ) -%}
{%- endmacro %}
