{# JSON lines: each value as text, nested ones as JSON; what isn't there is null. #}
{% macro flat_json_groups(files) %}
    {% if not files %}{% do return([]) %}{% endif %}
    {% set records = json_records(files) %}
    {% set found = [] %}
    {% for key in query_values(
        "select distinct unnest(json_keys(record)) as key from " ~ records ~ " order by key"
    ) %}
        {% do found.append({"name": key, "type": "VARCHAR"}) %}
    {% endfor %}
    {% if found %}
        {# later, records without a user are rejected like any that come with others #}
        {% do check_event_columns(
            found, shown_names(files), exact=true, is_first=not is_anything_committed()
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
