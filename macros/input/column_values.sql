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

{# A column, {cell} or {value}, as SQL over raw_rows. #}
{% macro value_of(column) %}
    {% do return(column.value or "raw_rows." ~ column.cell) %}
{% endmacro %}

{# The text at a path in a column that holds an object, or a text that is JSON: SQL. #}
{% macro text_at_path(column, path) %}
    {% do return(adapter.dispatch("text_at_path", "session_analytics")(column, path)) %}
{% endmacro %}

{% macro duckdb__text_at_path(column, path) %}
    {% set cell = "raw_rows." ~ column.cell %}
    {% set object = "try_cast(" ~ cell ~ " as json)" if column.type == "VARCHAR"
        else json_of_value(cell, column.type) %}
    {% do return("(" ~ object ~ " ->> " ~ json_pointer(path.split(".")) ~ ")") %}
{% endmacro %}

{#
    The first text that is not empty in columns, else the first that is not null; Unix times as
    times in UTC.
#}
{% macro first_text(columns) %}
    {% set texts = [] %}
    {% for column in columns %}
        {% set text = text_of_value(value_of(column), column.type) %}
        {% do texts.append(unix_time_as_text(text, column.unit) if column.unit else text) %}
    {% endfor %}
    {% do return(first_filled(texts)) %}
{% endmacro %}

{# The first text of a list, SQL, that is not empty, else the first that is not null. #}
{% macro first_filled(texts) %}
    {% if texts | length == 1 %}{% do return(texts[0]) %}{% endif %}
    {% do return(
        "coalesce(nullif(" ~ texts | join(", ''), nullif(") ~ ", ''), " ~ texts | join(", ") ~ ")"
    ) %}
{% endmacro %}

{# A number in a text, Unix time in some unit, as the text of a time in UTC; other texts as is. #}
{% macro unix_time_as_text(text, unit) -%}
    {%- set factor = 1000000 // units_of_unix_time()[unit] -%}
    coalesce(
        try(make_timestamp(
            trunc(try_cast({{ text }} as decimal(28, 6)) * {{ factor }})::bigint
        ))::varchar,
        {{ text }}
    )
{%- endmacro %}

{# A timestamp of any type in UTC and microseconds: nanoseconds are cut, as those of texts are. #}
{% macro utc_time_of_value(value, type) -%}
    {%- if type.endswith("_NS") -%}
        case
            when isfinite({{ value }}::timestamptz)
                then make_timestamp(epoch_ns({{ value }}) // 1000)
            else {{ value }}::timestamptz at time zone 'UTC'
        end
    {%- elif type in ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") -%}
        {{ value }} at time zone 'UTC'
    {%- else -%}
        {{ value }}::timestamp
    {%- endif -%}
{%- endmacro %}

{#
    The values of columns, a list of {name, type, cell or value}, as a JSON object, a text: without
    nulls, in the order of the names. Columns `<object>.<name>` are one object, and so is a column
    <object> beside them. Nothing if there are no columns.
#}
{% macro object_of_columns(columns) %}
    {% set values = {} %}
    {% set objects = {} %}
    {% for column in columns | sort(attribute="name", case_sensitive=true) %}
        {% set value = json_of_value(value_of(column), column.type) %}
        {% set name, dot, key = column.name.partition(".") %}
        {% set object = objects.setdefault(name, {}) if dot and name else values %}
        {% set key = key if dot and name else column.name %}
        {# a name that is there twice has a number #}
        {% do object.update({key ~ (" " ~ loop.index if key in object else ""): value}) %}
    {% endfor %}
    {% for name, members in objects.items() %}
        {% set object = object_of_members(members) %}
        {% if name in values %}
            {% set whole = "(" ~ values[name] ~ " ->> '$')" %}
            {% set object = merged_properties(whole, object, "") %}
        {% endif %}
        {% do values.update({name: "nullif(" ~ object ~ ", '{}')"}) %}
    {% endfor %}
    {% do return(object_of_members(values) if values else "") %}
{% endmacro %}

{# Values, name to JSON, as a JSON object, a text without nulls. #}
{% macro object_of_members(values) %}
    {% set members = [] %}
    {% for name, value in values.items() %}{% do members.append(member(name, value)) %}{% endfor %}
    {% do return("concat('{', concat_ws(',', " ~ members | join(", ") ~ "), '}')") %}
{% endmacro %}

{# A member of a JSON object as text; null if the value is null. #}
{% macro member(name, value) %}
    {% do return("to_json(" ~ literal(name) ~ ") || ':' || " ~ value) %}
{% endmacro %}
