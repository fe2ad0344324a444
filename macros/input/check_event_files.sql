{#
    Stops the run where the files can't be what is meant; warns of those that are left out.
    `is_first` says that nothing is loaded yet: later, files may have gone.
#}
{% macro check_event_files(is_first) %}
    {% if is_first %}{% do check_first_files() %}{% endif %}
    {% do check_parquet_files(files_of("parquet"), is_first) %}
    {% set left_out = query_values(
        "select filename from temp.event_files where format is null order by filename"
    ) %}
    {% if left_out %}
        {% do exceptions.warn(
            "Left out: " ~ shown_names(left_out) ~ "; expected "
            ~ formats_of_files().values() | join(", ") ~ " files." ~ on_xml(left_out)
        ) %}
    {% endif %}
{% endmacro %}

{# What sentences say more of the vendor's XML export, where files are that. #}
{% macro on_xml(files) %}
    {% for file in files if modules.re.search("[.]xml([.]gz)?$", file | lower) %}
        {% do return(" XML is not read: have CleverTap export JSON, CSV or Parquet.") %}
    {% endfor %}
    {% do return("") %}
{% endmacro %}

{# Stops the run where the path holds no file to read, or nothing in it. #}
{% macro check_first_files() %}
    {% for source in file_sources() %}{% do check_first_files_of(source) %}{% endfor %}
{% endmacro %}

{% macro check_first_files_of(source) %}
    {% set files = run_query(
        "select filename, format, size from temp.listed_files where "
        ~ source_of_slice("slice") ~ " = " ~ literal(source)
    ).rows %}
    {% set read = files | selectattr("format") | list %}
    {% set names = files | map(attribute="filename") | list %}
    {% set formats = formats_of_files().values() | join(", ") %}
    {% if not files %}
        {% do stop(
            input_in_words() ~ ": found no file there that may be read; expected a file, a"
            ~ " folder or a glob of " ~ formats ~ " files."
        ) %}
    {% elif not read %}
        {% do stop(
            input_in_words() ~ ": found " ~ shown_names(names) ~ "; expected " ~ formats
            ~ " files." ~ on_xml(names)
        ) %}
    {% elif read | map(attribute="size") | sum == 0 %}
        {% do stop(
            input_in_words() ~ ": found nothing in " ~ shown_names(names)
            ~ " (0 bytes); expected events."
        ) %}
    {% endif %}
{% endmacro %}

{# Stops a first load of files of a source none of which holds an event. #}
{% macro check_anything_is_read(source) %}
    {% set files = query_values(
        "select filename from temp.event_files where format is not null and size > 0 and "
        ~ source_of_slice("slice") ~ " = " ~ literal(source) ~ " order by filename"
    ) %}
    {% if files and not is_anything_committed() %}
        {% do stop(
            input_in_words() ~ ": found no events in " ~ shown_names(files) ~ "; expected "
            ~ formats_of_files().values() | join(", ") ~ " files, JSON with one object per line."
        ) %}
    {% endif %}
{% endmacro %}

{#
    Stops the run where Parquet files are half-written or damaged. One that is a text, an error
    page in its place, has the format text from here on, unless there is nothing else in a first
    load. A file's last bytes can't be had without all of it, so above 256 MB in all it is DuckDB
    that says what is wrong, in its own words.
#}
{% macro check_parquet_files(files, is_first) %}
    {% set size = query_values(
        "select coalesce(sum(size), 0) from temp.event_files where format = 'parquet'"
    )[0] %}
    {% if files and size < 256000000 %}
        {% do create_temporary(
            "broken_files",
            "select filename, content[:4] != 'PAR1'::blob and try(decode(content)) is not null"
            ~ " as is_other from read_blob(["
            ~ file_literals(files) ~ "]) where content[-4:] != 'PAR1'::blob"
        ) %}
        {% do run_query(
            "update temp.event_files set format = 'text' where filename in (select filename"
            ~ " from temp.broken_files where is_other)" ~ (
                " and exists (select 1 from temp.event_files where format is not null and"
                ~ " size > 0 and filename not in (select filename from temp.broken_files))"
                if is_first else ""
            )
        ) %}
    {% endif %}
    {% set broken = query_values(
        "select filename from temp.broken_files where filename in"
        ~ " (select filename from temp.event_files where format = 'parquet') order by filename"
    ) if files and size < 256000000 else [] %}
    {% if broken %}
        {% do stop(
            input_in_words() ~ ": found " ~ broken[0] ~ ", which is damaged or half-written;"
            ~ " expected whole Parquet files, whose last bytes are PAR1."
        ) %}
    {% endif %}
{% endmacro %}
