{# The table of flat events that Spark reads (variable events_relation): columns, slices, rows. #}

{#
    The columns of the table events_relation, as the contract calls them: name to {cell, type}, the
    name and the type of the table. Stops the run if a required column is missing, or if a column is
    none of the contract: its values would be lost.
#}
{% macro columns_of_spark_table() %}
    {% set cells = {} %}
    {# a table's description lists its partitions as well #}
    {% for row in run_query("describe query select * from " ~ var("events_relation")).rows %}
        {% do cells.update({row[0] | lower: {"cell": row[0], "type": row[1]}}) %}
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
    {% do return(spark_value(column) ~ "::string" if column else "null::string") %}
{% endmacro %}

{# A value of a row of the table that has a text and a hash: SQL. Those that are nested are JSON. #}
{% macro spark_value(column) %}
    {% do return(
        "to_json(" ~ column.cell ~ ")"
        if column.type.startswith(("struct", "map", "array", "variant")) else column.cell
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
    by all that they hold. Of the others Spark reads loaded_at alone, and it skips their files when
    it looks for the rows without. When a column comes or goes, everything is loaded again.
#}
{% macro list_spark_slices(columns) %}
    {%- set loaded_at = spark_time(columns, "loaded_at") -%}
    {%- set values = [] -%}
    {%- for column in columns.values() -%}
        {%- do values.append(spark_value(column)) -%}
    {%- endfor -%}
    {%- set of_columns = literal(
        " of columns " ~ columns.values() | map(attribute="cell") | join(", ")
    ) -%}
    select
        {{ spark_slice(columns) }} as slice,
        concat(
            'latest ', max({{ loaded_at }})::string, ', ', count(*)::string, ' rows, hash ',
            {{ sum_of_hashes([loaded_at]) }}::string, {{ of_columns }}
        ) as fingerprint,
        true as is_settled,
        max({{ loaded_at }}) as arrived_at
    from {{ var("events_relation") }}
    where {{ has_loaded_at(columns) }}
    group by {{ spark_slice(columns) }}
    union all
    select
        'flat' as slice,
        concat(
            'latest none, ', count(*)::string, ' rows, hash ',
            {{ sum_of_hashes(values) }}::string, {{ of_columns }}
        ) as fingerprint,
        true as is_settled,
        null::timestamp_ntz as arrived_at
    from {{ var("events_relation") }}
    where not {{ has_loaded_at(columns) }}
    having count(*) > 0
{% endmacro %}

{# Whether a row of the table has a loaded_at: SQL. Iceberg skips files by a bare column only. #}
{% macro has_loaded_at(columns) %}
    {% set column = columns.get("loaded_at") %}
    {% do return(
        "(" ~ (column.cell if column and column.type != "string"
            else spark_time(columns, "loaded_at")) ~ " is not null)"
    ) %}
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

{#
    A condition only for speed: Spark reads no partition and no file outside the slices' hours.
    Hours are compared as texts, so all must have years of four digits.
#}
{% macro and_in_range_of_slices(columns) %}
    {% set hours = run_query(
        "select min(substr(slice, 6)), max(substr(slice, 6)) from " ~ raw_table("slices_to_load")
        ~ " having min(length(slice)) = 18 and max(length(slice)) = 18"
    ).rows %}
    {% if hours %}
        and {{ columns.loaded_at.cell }} >= timestamp '{{ hours[0][0] | replace("T", " ") }}:00:00'
        and {{ columns.loaded_at.cell }}
        < timestamp '{{ hours[0][1] | replace("T", " ") }}:00:00' + interval '1 hour'
    {% endif %}
{% endmacro %}
