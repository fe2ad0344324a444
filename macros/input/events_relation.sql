{#
    The table of events_relation, as a name that can be selected from. Stops the run where
    there is none, or where it is one that this project writes.
#}
{% macro events_relation() %}
    {% set parts = modules.re.findall('"[^"]+"|[^.]+', var("events_relation") | string) %}
    {% set names = [] %}
    {% for part in parts %}{% do names.append(part.strip('"')) %}{% endfor %}
    {% set schema = names[-2] if names | length > 1 else target.schema %}
    {% set database = names[-3] if names | length > 2 else target.database %}
    {% set found = run_query(
        "select database_name, schema_name, name from ("
        ~ "select database_name, schema_name, table_name as name from duckdb_tables()"
        ~ " union all select database_name, schema_name, view_name from duckdb_views()"
        ~ ") where lower(name) = lower(" ~ literal(names[-1]) ~ ")"
        ~ " and lower(schema_name) = lower(" ~ literal(schema) ~ ")"
        ~ " and lower(database_name) = lower(" ~ literal(database) ~ ")"
    ).rows %}
    {% if not found %}
        {% do stop(
            input_in_words(of_relation=true) ~ ": found no table or view " ~ names[-1]
            ~ " in the schema " ~ schema ~ "; expected [database.][schema.]name."
        ) %}
    {% endif %}
    {% do check_is_not_written(found[0].values() | list) %}
    {% do return('"' ~ found[0].values() | join('"."') ~ '"') %}
{% endmacro %}

{# Stops the run if the input is a table that this project writes: its name, as a list of parts. #}
{% macro check_is_not_written(parts) %}
    {% set name = parts | join(".") | lower %}
    {% set written = [] %}
    {% for node in graph.nodes.values() if node.package_name == "session_analytics"
        and node.resource_type in ("model", "seed") %}
        {% set place = [node.database, node.schema, node.alias][-(parts | length):] %}
        {% do written.append(place | join(".") | lower) %}
    {% endfor %}
    {% if name in written or raw_schema() | lower in name.split(".")[-2:-1] %}
        {% do stop(
            input_in_words(of_relation=true) ~ ", which is the name of a table that this project"
            ~ " writes: expected one of yours, under another name or in another schema."
        ) %}
    {% endif %}
{% endmacro %}

{# Stops the run where events_relation is set and cannot be read. #}
{% macro check_events_relation() %}
    {% if var("events_relation", none) and "flat" not in event_sources() %}
        {% do stop(
            input_in_words(of_relation=true) ~ ", but event_source is "
            ~ event_sources() | join(", ") ~ ", which does not read it: expected flat."
        ) %}
    {% elif var("events_relation", none) %}
        {% set table = flat_table() %}
        {% set names = table.columns | map(attribute="name") | list %}
        {% for column in event_columns() if column.is_required and not table.found[column.name] %}
            {% do stop(
                input_in_words(of_relation=true) ~ ": it has no column "
                ~ names_of_column(column.name) | map(attribute="name") | join(" or ") ~ ": found "
                ~ names | join(", ")
                ~ "; rename the columns, or map yours with the variable columns."
            ) %}
        {% endfor %}
        {% for sentence in names_that_are_nowhere(names) %}{% do stop(sentence) %}{% endfor %}
    {% endif %}
{% endmacro %}

{# Whether this run reads the table. #}
{% macro reads_table() %}
    {% do return(var("events_relation", none) and "flat" in event_sources()
        and not rebuilds_from_log()) %}
{% endmacro %}

{#
    The table as a group of flat events. A slice is an hour of its loaded_at (SQL: the time in UTC),
    or all of it. The rows without a loaded_at are a slice of their own.
#}
{% macro flat_table() %}
    {% set relation = events_relation() %}
    {% set columns = [] %}
    {% for column in describe_columns(relation) %}
        {% do columns.append(dict(column, cell=quoted(column.name))) %}
    {% endfor %}
    {% set table = {
        "source": "flat", "files": [relation], "columns": columns, "rows": relation,
    } %}
    {% do find_flat_columns([table]) %}
    {% set found = table.found.loaded_at[:1] %}
    {% set is_typed = found and not found[0].unit
        and found[0].type in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE") %}
    {% set loaded_at = utc_time_of_value(value_of(found[0]), found[0].type) if is_typed
        else read_time(first_text(found)) if found else "null::timestamp" %}
    {% do return(dict(
        table,
        loaded_at=loaded_at,
        typed_loaded_at=found[0] if is_typed else none,
        slice="concat_ws('/', 'flat', strftime(date_trunc('hour', " ~ loaded_at
            ~ "), '%Y-%m-%dT%H'))" if found else "'flat'",
    )) %}
{% endmacro %}

{# The same with `wanted`: the rows of the slices that this run loads. #}
{% macro table_to_load() %}
    {% set table = flat_table() %}
    {% set slices = query_values(
        "select slice from temp.slices_to_load where " ~ source_of_slice("slice")
        ~ " = 'flat' order by slice"
    ) %}
    {% set wanted = table.slice ~ " in (" ~ (literals(slices) or "null") ~ ")" %}
    {# what DuckDB can prune by, where all slices are hours of this era #}
    {% if table.typed_loaded_at and query_values(
        "select bool_and(regexp_full_match(slice, 'flat/[0-9]{4}-[0-9-]{5}T[0-9]{2}'))"
        ~ " from temp.slices_to_load where " ~ source_of_slice("slice") ~ " = 'flat'"
    )[0] %}
        {% set wanted = ("{0} and {1} >= '{2}:00:00'::{4}"
            ~ " and {1} < '{3}:00:00'::{4} + interval 1 hour").format(
                wanted, value_of(table.typed_loaded_at), slices[0][5:], slices[-1][5:],
                table.typed_loaded_at.type
            ) %}
    {% endif %}
    {% do return(dict(table, wanted=wanted)) %}
{% endmacro %}

{#
    The query of the table's slices: see list_slices. The rows without a loaded_at are told
    apart by all that they hold, and DuckDB finds them without reading the others. When a
    column comes or goes, everything is loaded again.
#}
{% macro list_slices_of_table() %}
    {%- set table = flat_table() -%}
    {%- set loaded_at = table.loaded_at -%}
    {%- set cells = [] -%}
    {%- for column in table.columns -%}{%- do cells.append(value_of(column)) -%}{%- endfor -%}
    {%- set of_columns = literal(
        " of columns " ~ table.columns | map(attribute="name") | join(", ")
    ) -%}
    select
        {{ table.slice }} as slice,
        concat(
            'latest ', max({{ loaded_at }}), ', ', {{ fingerprint_of_rows([loaded_at]) }},
            {{ of_columns }}
        ) as fingerprint,
        true as is_settled,
        max({{ loaded_at }}) as arrived_at
    from {{ table.rows }} as raw_rows
    where {{ loaded_at }} is not null
    group by slice
    union all
    select
        'flat' as slice,
        concat({{ fingerprint_of_rows(cells) }}, {{ of_columns }}) as fingerprint,
        true as is_settled,
        null as arrived_at
    from {{ table.rows }} as raw_rows
    where {{ loaded_at }} is null
    having count(*) > 0
{% endmacro %}
