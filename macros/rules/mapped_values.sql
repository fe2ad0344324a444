{#
    The text in a record under the names that the variable `columns` gives for a column of the
    contract; null without them. With `is_unix_time`, only names that have a unit, as whole seconds;
    else only names that have none. A name without dots may be in any case.
#}
{% macro mapped_value(column, is_unix_time=false) -%}
    {%- set values = [] -%}
    {%- for given in mapped_names(column) if ("unit" in given) == is_unix_time -%}
        {%- set name = given.name -%}
        {%- set text = "nullif(" ~ text_in_record("record", name) ~ ", '')" -%}
        {%- if "." not in name -%}
            {%- set text = "coalesce(" ~ text ~ ", " ~ first_json_value(
                "record", "lower(key) = " ~ literal(name | lower)
            ) ~ ")" -%}
        {%- endif -%}
        {%- set divisor = units_of_unix_time()[given.unit] if is_unix_time else 1 -%}
        {%- do values.append(
            "coalesce((try_cast(" ~ text ~ " as bigint) // " ~ divisor ~ ")::varchar, " ~ text ~ ")"
            if divisor > 1 else text
        ) -%}
    {%- endfor -%}
    {%- do return("coalesce(" ~ (values + ["null::varchar"]) | join(", ") ~ ")") -%}
{%- endmacro %}
