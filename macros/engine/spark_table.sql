{# The table of flat events that Spark reads (variable events_relation): columns, slices, rows. #}

{#
    The columns of the table events_relation, for each column of the contract: see
    columns_of_contract. Stops the run if a required column is missing, if a type or a name cannot
    be mapped, or if a column is none of the contract: its values would be lost.
#}
{% macro columns_of_spark_table() %}
    {% set columns = [] %}
    {% for column in describe_columns(var("events_relation")) %}
        {% do columns.append(dict(column, cell="`" ~ column.name | replace("`", "``") ~ "`")) %}
    {% endfor %}
    {% set names = columns | map(attribute="name") | list %}
    {% set found = columns_of_contract(columns) %}
    {% set used = [] %}
    {% for column in event_columns() %}
        {% set matches = found[column.name] %}
        {% set cells = matches | rejectattr("value") | map(attribute="name") | list %}
        {% do used.extend(cells) %}
        {% if column.is_required and not matches %}
            {% do stop(
                input_in_words(of_relation=true) ~ ": it has no column " ~ column.name ~ ": found "
                ~ names | join(", ")
                ~ "; rename the columns, or map yours with the variable columns."
            ) %}
        {% elif matches | selectattr("unit") | list %}
            {% do stop(
                "columns has a unit for " ~ column.name ~ ": on Spark, expected a column of"
                ~ " timestamps or of texts."
            ) %}
        {% elif cells | length > 1 %}
            {% do stop(
                input_in_words(of_relation=true) ~ ": " ~ column.name ~ " may be any of its"
                ~ " columns " ~ cells | join(", ") ~ ": on Spark, expected one of them."
            ) %}
        {% endif %}
    {% endfor %}
    {% do check_types(found, var("events_relation")) %}
    {% for sentence in names_that_are_nowhere(names) %}{% do stop(sentence) %}{% endfor %}
    {% for name in names if name not in used %}
        {% do stop(
            input_in_words(of_relation=true) ~ ": its column " ~ name ~ " is none of "
            ~ event_columns() | map(attribute="name") | join(", ")
            ~ ": on Spark, expected it in properties, as JSON."
        ) %}
    {% endfor %}
    {% do return(found) %}
{% endmacro %}

{# Whether the times of a column of the contract are read from texts. #}
{% macro are_times_texts(matches) %}
    {% do return("VARCHAR" in matches | map(attribute="type")) %}
{% endmacro %}

{# A time of a row of the table: SQL. A text that is no time gives null. #}
{% macro spark_time(columns, name) %}
    {% set matches = columns[name] %}
    {% if not matches %}{% do return("null::timestamp_ntz") %}{% endif %}
    {% do return(
        read_time(spark_text(columns, name)) if are_times_texts(matches)
        else matches[0].cell ~ "::timestamp_ntz"
    ) %}
{% endmacro %}

{# A text of a row of the table: SQL. Of several that may hold it, the first that is not empty. #}
{% macro spark_text(columns, name) %}
    {% set texts = [] %}
    {% for match in columns[name] %}
        {% do texts.append(spark_value(match) ~ "::string") %}
    {% endfor %}
    {% do return(first_filled(texts) if texts else "null::string") %}
{% endmacro %}

{# A value of a row of the table that has a text and a hash: SQL. Those that are nested are JSON. #}
{% macro spark_value(column) %}
    {% if column.value %}{% do return(column.value) %}{% endif %}
    {% set is_nested = modules.re.match("(STRUCT|MAP)<|VARIANT$|.*[]]$", column.type) %}
    {% do return("to_json(" ~ column.cell ~ ")" if is_nested else column.cell) %}
{% endmacro %}

{# The text at a path in a column that holds an object, or a text that is JSON: SQL. #}
{% macro spark__text_at_path(column, path) %}
    {% set keys = "$['" ~ path.split(".") | join("']['") ~ "']" %}
    {% do return("get_json_object(" ~ spark_value(column) ~ ", " ~ literal(keys) ~ ")") %}
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
    {%- set matches = columns.values() | sum(start=[]) -%}
    {%- set values = [] -%}
    {%- for column in matches -%}{%- do values.append(spark_value(column)) -%}{%- endfor -%}
    {%- set of_columns = literal(" of columns " ~ matches | map(attribute="name") | join(", ")) -%}
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
    {% set matches = columns.loaded_at %}
    {% do return(
        "(" ~ (matches[0].cell if matches and not are_times_texts(matches)
            else spark_time(columns, "loaded_at")) ~ " is not null)"
    ) %}
{% endmacro %}

{#
    The raw views of flat events: the rows of the slices that this run loads. Rows whose times are
    timestamps and rows whose times are texts are two views, as on DuckDB.
#}
{% macro spark_flat_views(columns) %}
    {% set as_text = are_times_texts(columns.event_at + columns.loaded_at) %}
    {% do return({
        "flat_typed_events": spark_flat_view(columns, false, not as_text),
        "flat_text_events": spark_flat_view(columns, true, as_text),
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
        {{ and_in_range_of_slices(columns) if wanted }}
{% endmacro %}

{#
    A condition only for speed: Spark reads no partition and no file outside the slices' hours.
    Hours are compared as texts, so all must have years of four digits. Files cannot be skipped by
    a loaded_at that is a text.
#}
{% macro and_in_range_of_slices(columns) %}
    {% set is_typed = columns.loaded_at and not are_times_texts(columns.loaded_at) %}
    {% set hours = run_query(
        "select min(substr(slice, 6)), max(substr(slice, 6)) from " ~ raw_table("slices_to_load")
        ~ " having min(length(slice)) = 18 and max(length(slice)) = 18"
    ).rows if is_typed %}
    {% if hours %}
        and {{ columns.loaded_at[0].cell }}
        >= timestamp '{{ hours[0][0] | replace("T", " ") }}:00:00'
        and {{ columns.loaded_at[0].cell }}
        < timestamp '{{ hours[0][1] | replace("T", " ") }}:00:00' + interval '1 hour'
    {% endif %}
{% endmacro %}
