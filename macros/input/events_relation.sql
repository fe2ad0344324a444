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
    {% set name = found[0].values() | join(".") | lower %}
    {% set written = [] %}
    {% for node in graph.nodes.values() if node.package_name == "session_analytics"
        and node.resource_type in ("model", "seed") %}
        {% do written.append([node.database, node.schema, node.alias] | join(".") | lower) %}
    {% endfor %}
    {% if name in written or found[0]["schema_name"] | lower == raw_schema() | lower %}
        {% do stop(
            input_in_words(of_relation=true) ~ ", which is the name of a table that this project"
            ~ " writes: expected one of yours, under another name or in another schema."
        ) %}
    {% endif %}
    {% do return('"' ~ found[0].values() | join('"."') ~ '"') %}
{% endmacro %}

{% macro check_events_relation() %}
    {% if var("events_relation", none) and "flat" not in event_sources() %}
        {% do stop(
            input_in_words(of_relation=true) ~ ", but event_source is "
            ~ event_sources() | join(", ") ~ ", which does not read it: expected flat."
        ) %}
    {% elif var("events_relation", none) %}
        {% do events_relation() %}
    {% endif %}
{% endmacro %}
