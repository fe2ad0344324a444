{#
    The raw views of the source flat: name to select, over the files or the table that is
    set, or empty where another source is chosen.
    Rows whose times are timestamps and rows whose times are text are two views: to read
    ten million timestamps as text and back costs more than to cut them into sessions.
#}
{% macro raw_flat_views(is_chosen) %}
    {% set relation = var("events_relation", none) %}
    {% set groups = [] %}
    {% if is_chosen and relation %}
        {% do groups.append(flat_relation(relation)) %}
    {% elif is_chosen %}
        {% do groups.extend(flat_parquet_groups()) %}
        {% do groups.extend(flat_csv_groups()) %}
        {% do groups.extend(flat_json_groups()) %}
    {% endif %}
    {% set views = {} %}
    {% for name, as_text in [("flat_typed_events", false), ("flat_text_events", true)] %}
        {% set selects = [] %}
        {% for group in groups
            if has_text_times(group.columns) == as_text %}
            {% do selects.append(select_flat_group(group, as_text)) %}
        {% endfor %}
        {% set nothing = {"rows": "(select null::varchar as event_file where false)"} %}
        {% do views.update({
            name: (
                selects or [select_flat_group(nothing, as_text)]
            ) | join("\nunion all\n")
        }) %}
    {% endfor %}
    {% do return(views) %}
{% endmacro %}

{#
    One select of a raw view: the slice, the time of the file, and the contract's columns.
    A group is {rows, columns, is_unreadable, slice}: rows that can be selected from, with
    the same columns, a list of {name, type}. Rows of files have event_file and get their
    slice by it; a table's group says its slice itself.
#}
{% macro select_flat_group(group, as_text) %}
    {% set from_files = "slice" not in group %}
    select
        {{ "event_files.slice" if from_files else group.slice }} as slice,
        {{ "event_files.loaded_at" if from_files else "null::timestamp" }} as file_loaded_at,
        {{ group.get("is_unreadable", "false") }} as is_unreadable,
        {{ select_event_columns(group.get("columns", []), as_text) }}
    from {{ group.rows }} as raw_rows
    {%- if from_files %}
    inner join {{ raw_schema() }}.event_files
        on raw_rows.event_file = event_files.filename
    {%- endif %}
{% endmacro %}

{# The columns of anything that can be selected from: a list of {name, type}. #}
{% macro describe_columns(rows) %}
    {% set columns = [] %}
    {% for row in run_query("describe select * from " ~ rows).rows %}
        {% do columns.append({"name": row["column_name"], "type": row["column_type"]}) %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{# A table: a slice is an hour of its loaded_at, or all of it. #}
{% macro flat_relation(relation) %}
    {% set columns = describe_columns(relation) %}
    {% do check_event_columns(columns, relation) %}
    {% set has_loaded_at = "loaded_at" in columns | map(attribute="name") %}
    {% do return({
        "rows": relation,
        "columns": columns,
        "slice": "concat_ws('/', 'flat', strftime(date_trunc('hour', loaded_at::timestamp), '%Y-%m-%dT%H'))"
            if has_loaded_at else "'flat'",
    }) %}
{% endmacro %}

{# Parquet: the types are the file's own; files of one schema are read together. #}
{% macro flat_parquet_groups() %}
    {% set groups = [] %}
    {% set files = files_of("parquet") %}
    {% if files %}
        {% set schemas = run_query(
            "select string_agg('''' || replace(file_name, '''', '''''') || '''', ', ') as files"
            ~ " from (select file_name, list((name, type, logical_type, num_children)"
            ~ " order by column_id) as columns from parquet_schema(["
            ~ literals(files) ~ "]) group by file_name) group by columns"
        ).rows %}
        {% for schema in schemas %}
            {% set rows = "read_parquet([" ~ schema["files"]
                ~ "], filename = 'event_file', hive_partitioning = false)" %}
            {% set columns = describe_columns(rows)
                | rejectattr("name", "equalto", "event_file") | list %}
            {% do check_event_columns(columns, schema["files"]) %}
            {% do groups.append({"rows": rows, "columns": columns}) %}
        {% endfor %}
    {% endif %}
    {% do return(groups) %}
{% endmacro %}

{#
    CSV: every column is text; files with the same first line are read together. A row
    with more cells than the first line can't be read; one with fewer has nulls, and for
    that DuckDB reads a file with one thread only where cells may hold line ends.
#}
{% macro flat_csv_groups() %}
    {% set files_by_header = {} %}
    {% for file in files_of("csv") %}
        {% set header = first_line(file) %}
        {% do files_by_header.setdefault(header, []).append(file) %}
    {% endfor %}
    {% set groups = [] %}
    {% for header, files in files_by_header.items() %}
        {% set columns = [] %}
        {% for name in header.split(",") %}
            {% do columns.append({"name": name.strip().strip('"'), "type": "VARCHAR"}) %}
        {% endfor %}
        {% do check_event_columns(columns, literals(files)) %}
        {% set types = [] %}
        {% for name in columns | map(attribute="name") | list + ["surplus_cell"] %}
            {% do types.append(literal(name) ~ ": 'VARCHAR'") %}
        {% endfor %}
        {% do groups.append({
            "rows": "read_csv([" ~ literals(files) ~ "], columns = {"
                ~ types | join(", ") ~ "}, header = true, auto_detect = false, delim = ',',"
                ~ " quote = '\"', escape = '\"', null_padding = true, strict_mode = false, parallel = false,"
                ~ " ignore_errors = true, filename = 'event_file', hive_partitioning = false)",
            "columns": columns,
            "is_unreadable": "surplus_cell is not null",
        }) %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}

{# JSON lines: each value as text, nested ones as JSON; what isn't there is null. #}
{% macro flat_json_groups() %}
    {% set files = files_of("json") %}
    {% if not files %}{% do return([]) %}{% endif %}
    {% set records = json_records(files) %}
    {% set keys = query_values(
        "select distinct unnest(json_keys(record)) as key from " ~ records ~ " order by key"
    ) %}
    {% set found = [] %}
    {% for key in keys %}{% do found.append({"name": key, "type": "VARCHAR"}) %}{% endfor %}
    {% if found %}
        {% do check_event_columns(found, literals(files)) %}
    {% endif %}
    {% set columns = [] %}
    {% set structure = {} %}
    {% for column in event_columns() %}
        {% do columns.append({"name": column.name, "type": "VARCHAR"}) %}
        {% do structure.update({column.name: "VARCHAR"}) %}
    {% endfor %}
    {% do return([{
        "rows": "(select event_file, record, unnest(json_transform(record, "
            ~ literal(structure | tojson) ~ ")) from " ~ records ~ ")",
        "columns": columns,
        "is_unreadable": "record is null",
    }]) %}
{% endmacro %}
