{#
    The steps of a run on Spark, in the place of those of DuckDB (start_run, end_run). Spark reads
    a table of flat events (variable events_relation). Files, the sample, the page, a rebuild from
    the log and forgetting users stay with DuckDB.
#}

{% macro spark__start_run() %}
    {% set command = invocation_args_dict["which"] %}
    {% if execute and command in ("build", "run", "retry") %}
        {% do check_settings() %}
        {% do check_what_spark_reads() %}
        {% set columns = columns_of_spark_table() %}
        {% do overtake_other_runs() %}
        {% set rules = spark_exclusion_rules() %}
        {% set tables = tables_to_drop() %}
        {% if rules %}
            {% do check_rule_set(rules) %}
            {% do check_build_settings(rules, tables) %}
        {% endif %}
        {% do write_spark_slices(columns, builds_anew=tables | length > 0) %}
        {% do drop_tables(tables) %}
        {% do write_raw_schema({}, dict(stored_views(), **spark_flat_views(columns))) %}
        {% do create_spark_tables() %}
    {% elif execute and command in ("test", "seed") %}
        {% do check_settings() %}
    {% endif %}
{% endmacro %}

{% macro spark__end_run(results) %}
    {% if execute and invocation_args_dict["which"] in ("build", "run")
        and "model.session_analytics.loaded_slices" in selected_resources
        and stored_relation("loaded_slices") %}
        {% do say_what_was_loaded() %}
    {% endif %}
{% endmacro %}

{# Stops a run that asks Spark for what stays with DuckDB. #}
{% macro check_what_spark_reads() %}
    {% if not var("events_relation", none) %}
        {% do stop(
            "events_relation is not set: on Spark, expected a table of flat events, as"
            ~ " [catalog.]schema.name. Files and the sample are read on DuckDB only."
        ) %}
    {% elif var("rebuild_from") == "log" %}
        {% do stop("rebuild_from is log, which works on DuckDB only: expected input.") %}
    {% endif %}
{% endmacro %}

{#
    The seed excluded_events; none in a first `dbt build`, which loads it after this step.
    engine_settings tells of a file that was changed since.
#}
{% macro spark_exclusion_rules() %}
    {% set seed = graph.nodes["seed.session_analytics.excluded_events"] %}
    {% set rules = relation_of(seed) %}
    {% if not rules and seed.unique_id not in selected_resources %}
        {% do stop(
            "The seed " ~ seed.name ~ " is not in the warehouse: run `dbt seed` once before `dbt "
            ~ invocation_args_dict["which"] ~ "`."
        ) %}
    {% endif %}
    {% do return(rules) %}
{% endmacro %}

{#
    The columns of the table events_relation, as the contract calls them: name to {cell, type}, the
    name and the type of the table. Stops the run if a required column is missing, or if a column is
    none of the contract: its values would be lost.
#}
{% macro columns_of_spark_table() %}
    {% set cells = {} %}
    {% for row in run_query("describe table " ~ var("events_relation")).rows
        if row[0] and not row[0].startswith("#") %}
        {% do cells.setdefault(row[0] | lower, {"cell": row[0], "type": row[1]}) %}
    {% endfor %}
    {% set columns = {} %}
    {% for column in event_columns() %}
        {% for name in names_of_column(column.name) if name.name | lower in cells %}
            {% if name.get("unit") %}
                {% do stop(
                    "columns has a unit for " ~ column.name ~ ": on Spark, expected a column of"
                    ~ " timestamps or of texts."
                ) %}
            {% endif %}
            {% do columns.setdefault(column.name, cells[name.name | lower]) %}
        {% endfor %}
        {% if column.is_required and column.name not in columns %}
            {% do stop(
                input_in_words(of_relation=true) ~ ": it has no column " ~ column.name ~ ": found "
                ~ cells.keys() | join(", ")
                ~ "; rename the columns, or map yours with the variable columns."
            ) %}
        {% endif %}
    {% endfor %}
    {% set used = columns.values() | map(attribute="cell") | list %}
    {% for found in cells.values() if found.cell not in used %}
        {% do stop(
            input_in_words(of_relation=true) ~ ": its column " ~ found.cell ~ " is none of "
            ~ event_columns() | map(attribute="name") | join(", ")
            ~ ": on Spark, expected it in properties, as JSON."
        ) %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

{# A time of a row of the table: SQL. A text that is no time gives null. #}
{% macro spark_time(columns, name) %}
    {% set column = columns.get(name) %}
    {% if not column %}{% do return("null::timestamp_ntz") %}{% endif %}
    {% do return(
        read_time(column.cell ~ "::string") if column.type == "string"
        else column.cell ~ "::timestamp_ntz"
    ) %}
{% endmacro %}

{# A text of a row of the table: SQL. #}
{% macro spark_text(columns, name) %}
    {% set column = columns.get(name) %}
    {% if not column %}{% do return("null::string") %}{% endif %}
    {% do return(
        "to_json(" ~ column.cell ~ ")" if column.type.startswith(("struct", "map", "array"))
        else column.cell ~ "::string"
    ) %}
{% endmacro %}

{# The slice of a row of the table: its hour, or all rows without a loaded_at. #}
{% macro spark_slice(columns) %}
    {% set hour = hour_as_text(spark_time(columns, "loaded_at")) %}
    {% do return("concat_ws('/', 'flat', " ~ hour ~ ")") %}
{% endmacro %}

{# The slices of the table, for the models. #}
{% macro spark__list_slices_of_input(known) %}
    {%- do return(
        list_spark_slices(columns_of_spark_table()) if execute and var("events_relation", none)
        else no_slice()
    ) -%}
{% endmacro %}

{#
    The query of the table's slices: see list_slices. The rows without a loaded_at are told apart
    by all that they hold. When a column comes or goes, everything is loaded again.
#}
{% macro list_spark_slices(columns) %}
    {%- set cells = columns.values() | map(attribute="cell") | list -%}
    {%- set loaded_at = spark_time(columns, "loaded_at") -%}
    select
        {{ spark_slice(columns) }} as slice,
        concat(
            'latest ', coalesce(max({{ loaded_at }})::string, 'none'), ', ',
            count(*)::string, ' rows, hash ',
            case
                when max({{ loaded_at }}) is null then {{ sum_of_hashes(cells) }}
                else {{ sum_of_hashes([loaded_at]) }}
            end::string,
            ' of columns ', {{ literal(cells | join(", ")) }}
        ) as fingerprint,
        true as is_settled,
        max({{ loaded_at }}) as arrived_at
    from {{ var("events_relation") }}
    group by {{ spark_slice(columns) }}
{% endmacro %}

{# Writes the slices that the table has and those that this run loads into the raw schema. #}
{% macro write_spark_slices(columns, builds_anew) %}
    {% set record = stored_relation("loaded_slices") if not builds_anew else none %}
    {% do write_raw_schema({
        "slices": list_spark_slices(columns),
        "unfinished_slices": "select slice from ("
            ~ (no_slice() if builds_anew else unfinished_slices()) ~ ")",
        "slices_to_load": slices_to_load(
            raw_table("slices"),
            record or "(select null::string as slice, null::string as fingerprint where false)",
            raw_table("unfinished_slices"), chosen_file_sources(), var("slices_per_run")
        ),
    }, {}) %}
{% endmacro %}

{#
    The raw views of flat events: the rows of the slices that this run loads. Rows whose times are
    timestamps and rows whose times are texts are two views, as on DuckDB.
#}
{% macro spark_flat_views(columns) %}
    {% set has_text_times = "string" in [
        columns.event_at.type, columns.get("loaded_at", {}).get("type")
    ] %}
    {% do return({
        "flat_typed_events": spark_flat_view(columns, false, not has_text_times),
        "flat_text_events": spark_flat_view(columns, true, has_text_times),
    }) %}
{% endmacro %}

{# The query of one of these views. It has no rows if it is not the one that is `wanted`. #}
{% macro spark_flat_view(columns, as_text, wanted) %}
    select
        {{ spark_slice(columns) }} as slice,
        null::timestamp_ntz as file_loaded_at,
        false as is_unreadable
        {%- for column in event_columns() %},
        {% if column.type == "timestamp" and not as_text -%}
            {{ spark_time(columns, column.name) if wanted else "null::timestamp_ntz" }}
        {%- else -%}
            {{ spark_text(columns, column.name) }}
        {%- endif %} as {{ column.name }}
        {%- endfor %}
    from {{ var("events_relation") }}
    where
        {{ wanted | lower }}
        and {{ spark_slice(columns) }} in (select slice from {{ raw_table("slices_to_load") }})
        {{ and_in_range_of_slices(columns) if wanted and not as_text }}
{% endmacro %}

{# A condition only for speed: Spark reads no partition and no file outside the slices' hours. #}
{% macro and_in_range_of_slices(columns) %}
    {% set hours = run_query(
        "select min(substr(slice, 6)), max(substr(slice, 6)) from " ~ raw_table("slices_to_load")
        ~ " having min(length(slice)) = 18"
    ).rows %}
    {% if hours %}
        and {{ columns.loaded_at.cell }} >= timestamp '{{ hours[0][0] | replace("T", " ") }}:00:00'
        and {{ columns.loaded_at.cell }}
        < timestamp '{{ hours[0][1] | replace("T", " ") }}:00:00' + interval '1 hour'
    {% endif %}
{% endmacro %}

{# Creates the tables that operations of DuckDB fill: models read them, and find them empty. #}
{% macro create_spark_tables() %}
    {% do run_query(
        "create table if not exists " ~ raw_table("refreshes") ~ " ("
        ~ "started_at timestamp_ntz, seconds double, exit_code bigint, message string,"
        ~ " slice_count bigint, row_count bigint,"
        ~ " rejected_row_count bigint, rejected_rows_by_reason string,"
        ~ " new_session_count bigint, changed_session_count bigint,"
        ~ " withdrawn_session_count bigint, as_of timestamp_ntz,"
        ~ " session_analytics_version string, dbt_version string, duckdb_version string)"
        ~ " using iceberg"
    ) %}
    {% do run_query(
        "create table if not exists " ~ raw_table("forgotten_users")
        ~ " (user_hash string, salt string, forgotten_at timestamp_ntz,"
        ~ " told_sessions array<string>) using iceberg"
    ) %}
{% endmacro %}
