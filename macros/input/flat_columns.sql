{# Which columns flat events are read from: those of CSV, Parquet and tables, or keys of JSON. #}

{#
    Finds the columns of groups of flat events, once for each group, and stops the run where one
    has a type that cannot be mapped. A group gets `found` and `others`: see read_input.
#}
{% macro find_flat_columns(groups) %}
    {% for group in groups if group.source == "flat" and "rows" in group %}
        {% if group.format == "json" %}
            {% do find_flat_keys(group) %}
        {% else %}
            {% set found = columns_of_contract(group.columns) %}
            {% do check_types(found, shown_names(group.files)) %}
            {% do group.update({
                "found": found,
                "others": object_of_columns(other_columns(group.columns, found)),
            }) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{#
    For each column of the contract the columns, {name, type, cell}, in which it may stand, in the
    order in which they count. A name with dots that is no column is a path into one. Each has its
    unit, and a path has its SQL as `value`. A usual name counts if no other is there.
#}
{% macro columns_of_contract(columns) %}
    {% set exact = {} %}
    {% set in_any_case = {} %}
    {% for column in columns %}
        {% do exact.setdefault(column.name, column) %}
        {% do in_any_case.setdefault(column.name | lower, column) %}
    {% endfor %}
    {% set found = {} %}
    {% for column in event_columns() %}
        {% set matches = found.setdefault(column.name, []) %}
        {% for wanted in names_of_column(column.name) if not (wanted.is_usual and matches) %}
            {% set object, dot, path = wanted.name.partition(".") %}
            {% set match = wanted.is_mapped and exact.get(wanted.name)
                or in_any_case.get(wanted.name | lower) %}
            {% if match %}
                {% do matches.append(dict(match, unit=wanted.get("unit"))) %}
            {% elif dot and object in exact %}
                {% do matches.append({
                    "name": wanted.name, "type": "VARCHAR", "unit": wanted.get("unit"),
                    "value": text_at_path(exact[object], path),
                }) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% do return(found) %}
{% endmacro %}

{#
    The columns that no column of the contract is read from. If it is read from the first of
    several that is not empty, those after it are others in the rows in which it is not.
#}
{% macro other_columns(columns, found) %}
    {% set used = {} %}
    {% for matches in found.values() %}
        {% for match in matches %}
            {% set before = matches[:loop.index0] %}
            {% if not match.value %}
                {% do used.update({match.cell: "case when nullif(" ~ first_text(before)
                    ~ ", '') is not null then raw_rows." ~ match.cell ~ " end" if before else none
                }) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% set others = [] %}
    {% for column in columns if column.cell not in used or used[column.cell] %}
        {% do others.append(dict(column, value=used.get(column.cell))) %}
    {% endfor %}
    {% do return(others) %}
{% endmacro %}

{# Stops the run where a column cannot be mapped by its type; `origin` is what sentences name. #}
{% macro check_types(found, origin) %}
    {# a column of nulls alone has the type "NULL" #}
    {% set number = "U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?" %}
    {% set patterns = {
        "varchar": '(VARCHAR|UUID|ENUM[(].*[)]|DECIMAL[(][0-9]+,0[)]|"NULL"|' ~ number ~ ')$',
        "timestamp": '(VARCHAR|TIMESTAMP[A-Z_ ]*|"NULL")$',
        "unit": '(VARCHAR|DOUBLE|FLOAT|DECIMAL[(].*[)]|"NULL"|' ~ number ~ ')$',
    } %}
    {% set expected = {
        "varchar": "text",
        "timestamp": "a timestamp, or text that holds one; the unit of a Unix time is set in the"
            ~ " variable columns",
        "unit": "a number",
    } %}
    {% for column in event_columns() if column.name != "properties" %}
        {% for match in found[column.name] %}
            {% set kind = "unit" if match.unit else column.type %}
            {% if not modules.re.match(patterns[kind], match.type) %}
                {% do stop(
                    input_in_words(var("events_relation", none)) ~ ": the column " ~ match.name
                    ~ " of " ~ origin ~ " is " ~ match.type ~ ": expected " ~ expected[kind] ~ "."
                ) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
{% endmacro %}

{#
    The same of a group of JSON files: `rows` get a cell for each name that the contract may have,
    of which the first that is not empty counts in each record, else the first that is not null;
    others are the rest of the record.
#}
{% macro find_flat_keys(group) %}
    {% set found = {} %}
    {% set cells = [] %}
    {% set fields = {} %}
    {% set used = [] %}
    {% for column in event_columns() %}
        {% set matches = found.setdefault(column.name, []) %}
        {% set cases = [] %}
        {% set empty_cases = [] %}
        {% for wanted in names_of_column(column.name) %}
            {% set cell = "cell_" ~ cells | length %}
            {# the names of fields do not differ in upper and lower case alone #}
            {% set is_field = "." not in wanted.name
                and wanted.name | lower not in fields.keys() | map("lower") %}
            {% if is_field %}{% do fields.update({wanted.name: "VARCHAR"}) %}{% endif %}
            {% do cells.append((
                "fields." ~ quoted(wanted.name) if is_field
                else text_in_record("record", wanted.name)
            ) ~ " as " ~ cell) %}
            {% do matches.append({
                "name": wanted.name, "type": "VARCHAR", "cell": cell, "unit": wanted.get("unit")
            }) %}
            {% set is_used = " is not null then " ~ member(wanted.name, "'null'") %}
            {% do cases.append("when nullif(raw_rows." ~ cell ~ ", '')" ~ is_used) %}
            {% do empty_cases.append("when raw_rows." ~ cell ~ is_used) %}
        {% endfor %}
        {% do used.append("case " ~ (cases + empty_cases) | join(" ") ~ " end" if cases | length > 1
            else member(column.name, "'null'")) %}
    {% endfor %}
    {% do group.update({
        "found": found,
        "rows": "(select *, " ~ cells | join(", ") ~ " from (select *, json_transform(record, "
            ~ literal(fields | tojson) ~ ") as fields from " ~ group.rows ~ "))",
        "others": "json_merge_patch('{}'::json, json_merge_patch(record, concat('{',"
            ~ " concat_ws(',', " ~ used | join(", ") ~ "), '}')::json))::varchar",
    }) %}
{% endmacro %}
