{# What the columns of a CleverTap export in CSV or Parquet hold, as SQL. #}

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
