{#
    Stops the run where the files can't be what is meant; warns of those that are left out.
    `formats` are the formats that the source reads, name to how sentences call it;
    `is_first` says that nothing is loaded yet: later, files may have gone.
#}
{% macro check_event_files(formats, is_first) %}
    {% if is_first %}{% do check_first_files(formats) %}{% endif %}
    {% do check_parquet_files(files_of("parquet") if "parquet" in formats else []) %}
    {% for file in query_values(
        "select filename from temp.event_files where coalesce(format, '') not in ("
        ~ literals(formats.keys() | list) ~ ")"
    ) %}
        {% do exceptions.warn(
            "Left out: " ~ file ~ ", for event_source " ~ event_source()
            ~ " reads " ~ formats.values() | join(", ") ~ " files."
        ) %}
    {% endfor %}
{% endmacro %}

{# Stops the run where the path holds no file to read, or nothing in it. #}
{% macro check_first_files(formats) %}
    {% set files = run_query(
        "select filename, coalesce(format, '') as format, size from temp.listed_files"
    ).rows %}
    {% set read = files | selectattr("format", "in", formats.keys()) | list %}
    {% set names = shown_names(files | map(attribute="filename") | list) %}
    {% if not files %}
        {% do stop(
            input_setting() ~ ": found no file there that may be read; expected a file, a"
            ~ " folder or a glob of " ~ formats.values() | join(", ") ~ " files."
        ) %}
    {% elif not read %}
        {% do stop(
            input_setting() ~ ": found " ~ names ~ "; event_source " ~ event_source()
            ~ " expects " ~ formats.values() | join(", ") ~ " files."
        ) %}
    {% elif read | map(attribute="size") | sum == 0 %}
        {% do stop(
            input_setting() ~ ": found nothing in " ~ names ~ " (0 bytes); expected events."
        ) %}
    {% endif %}
{% endmacro %}

{#
    Half-written or damaged Parquet files. A file's last bytes can't be had without all of
    it, so above 256 MB in all it is DuckDB that says what is wrong, in its own words.
#}
{% macro check_parquet_files(files) %}
    {% set size = query_values(
        "select coalesce(sum(size), 0) from temp.event_files where format = 'parquet'"
    )[0] %}
    {% set broken = query_values(
        "select filename from read_blob([" ~ file_literals(files) ~ "])"
        ~ " where content[-4:] != 'PAR1'::blob"
    ) if files and size < 256000000 else [] %}
    {% if broken %}
        {% do stop(
            input_setting() ~ ": found " ~ broken[0] ~ ", which is damaged or half-written;"
            ~ " expected whole Parquet files, whose last bytes are PAR1."
        ) %}
    {% endif %}
{% endmacro %}
