{# What columns of any type hold, as SQL: `type` is DuckDB's, as `describe` writes it. #}

{#
    A value as text: nested ones as JSON, whole numbers without a fraction, bytes as the text
    that they are.
#}
{% macro text_of_value(value, type) -%}
    {%- if is_nested(type) or type == "VARIANT" -%}
        {%- do return(json_of_value(value, type) ~ " ->> '$'") -%}
    {%- elif type == "BLOB" -%}
        {%- do return("decode(" ~ value ~ ")") -%}
    {%- elif type in ("DOUBLE", "FLOAT") -%}
        {%- do return(number_of_value(value) ~ " ->> '$'") -%}
    {%- endif -%}
    {%- do return(value ~ "::varchar") -%}
{%- endmacro %}

{# Whether values of a type hold others. #}
{% macro is_nested(type) -%}
    {%- do return(modules.re.match("(STRUCT|MAP|UNION)[(]|.*[]]$", type) is not none) -%}
{%- endmacro %}

{# A floating number as JSON, whole ones without a fraction; null where it is none. #}
{% macro number_of_value(value) -%}
    {%- do return(
        "case when not isfinite(" ~ value ~ ") then null when " ~ value ~ " = trunc(" ~ value
        ~ ") and abs(" ~ value ~ ") < 1e18 then to_json(" ~ value ~ "::bigint) else to_json("
        ~ value ~ ") end"
    ) -%}
{%- endmacro %}

{#
    A value as JSON. Of an Avro union, written as a struct of member0, member1 and so on, it
    is the member that is filled; bytes are the text that they are, else as DuckDB shows them.
    `depth` is how deep in nested values it lies.
#}
{% macro json_of_value(value, type, depth=0) -%}
    {%- if type == "BLOB" -%}
        {%- do return("to_json(coalesce(try(decode(" ~ value ~ ")), " ~ value ~ "::varchar))") -%}
    {%- elif type in ("DOUBLE", "FLOAT") -%}
        {%- do return("(" ~ number_of_value(value) ~ ")") -%}
    {%- elif modules.re.match("DECIMAL|U?HUGEINT", type) and not is_nested(type) -%}
        {%- do return(value ~ "::varchar::json") -%}
    {%- elif not modules.re.search('member[0-9]+"? |BLOB', type) or not is_nested(type) -%}
        {%- do return("to_json(" ~ value ~ ")") -%}
    {%- elif type.endswith("]") -%}
        {%- set item = "item_" ~ depth -%}
        {%- do return(
            "to_json(list_transform(" ~ value ~ "::" ~ modules.re.sub("\\[[0-9]*\\]$", "[]", type)
            ~ ", lambda " ~ item ~ ": "
            ~ json_of_value(item, modules.re.sub("\\[[0-9]*\\]$", "", type), depth + 1) ~ "))"
        ) -%}
    {%- elif type.startswith("MAP(") -%}
        {%- set entry = "entry_" ~ depth -%}
        {%- set types = members_of_type(type) -%}
        {%- do return(
            "to_json(map_from_entries(list_transform(map_entries(" ~ value ~ "), lambda "
            ~ entry ~ ": {'key': " ~ text_of_value(entry ~ ".key", types[0])
            ~ ", 'value': " ~ json_of_value(entry ~ ".value", types[1], depth + 1) ~ "})))"
        ) -%}
    {%- endif -%}
    {%- set fields = [] -%}
    {%- set filled = [] -%}
    {%- for member in members_of_type(type) -%}
        {%- set name = modules.re.match('"(?:[^"]|"")*"|[^ ]+', member)[0] -%}
        {%- set field = value ~ "." ~ name -%}
        {%- set json = json_of_value(field, member[name | length + 1:], depth + 1) -%}
        {%- do fields.append(name ~ " := " ~ json) -%}
        {%- if modules.re.match('"?member[0-9]+"?$', name) -%}
            {%- do filled.append(json) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set is_union = filled | length == fields | length -%}
    {%- do return(
        "coalesce(" ~ filled | join(", ") ~ ")" if is_union
        else "case when " ~ value ~ " is not null then to_json(struct_pack(" ~ fields | join(", ")
        ~ ")) end"
    ) -%}
{%- endmacro %}

{# What stands in the brackets of a type, `MAP(a, b)` or `STRUCT(x a, y b)`: a list of texts. #}
{% macro members_of_type(type) -%}
    {%- set members = [] -%}
    {%- set open = namespace(brackets=0, text="") -%}
    {%- for part in modules.re.findall(
        "\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[(),]|[^\"'(),]+", type[type.index("(") + 1:-1]
    ) -%}
        {%- if part == "," and not open.brackets -%}
            {%- do members.append(open.text.strip()) -%}
            {%- set open.text = "" -%}
        {%- else -%}
            {%- set open.brackets = open.brackets + {"(": 1, ")": -1}.get(part, 0) -%}
            {%- set open.text = open.text ~ part -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(members + [open.text.strip()]) -%}
{%- endmacro %}
