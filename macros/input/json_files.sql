{#
    Reads the lines of JSON files once. Temporary table json_files: filename, ends_in_two, line
    (the first that is not empty), sample (the first 50 that begin an object), mark_count (lines
    that begin none, or that hold an event's name alone).
#}
{% macro scan_json_files(files) %}
    {% do create_temporary(
        "json_files",
        "select null::varchar as filename, false as ends_in_two, null::varchar as line,"
        ~ " null::varchar[] as sample, 0 as mark_count where false"
    ) %}
    {% if files %}
        {% do forget_rejects() %}
        {% set scan %}
            insert into temp.json_files
            select
                raw_file_name,
                {{ ends_in_two() }},
                first(line) filter (where line is not null),
                min_by(line, line_number, 50) filter (where not is_mark),
                count(*) filter (where is_mark)
            from (
                select
                    *,
                    row_number() over () as line_number,
                    not starts_with({{ without_space_before("line") }}, '{')
                    or (length(line) <= 512 and {{ is_name_object("line") }}) as is_mark
                from {{ read_lines(files, tells_rejects=true) }}
            )
            group by raw_file_name
            having count(line) > 0
        {% endset %}
        {% do run_query(scan) %}
        {% do check_rejects(
            "file_path not in (select filename from temp.json_files)",
            "found no line in {} that is text; expected JSON lines"
        ) %}
        {% do warn_of_other_json() %}
        {% do put_rejects_aside() %}
    {% endif %}
{% endmacro %}

{# Warns of files that begin with a list, or with an object that goes on in the next line. #}
{% macro warn_of_other_json() %}
    {% set files = query_values(
        "select filename from temp.json_files"
        ~ " where regexp_full_match(" ~ without_space_before("line") ~ ", '[{\\[]\\s*|\\[.*')"
        ~ " order by filename"
    ) %}
    {% if files %}
        {% do exceptions.warn(
            "Expected one object per line in " ~ shown_names(files) ~ ": found a list of objects"
            ~ " or objects over several lines (jq -c '.[]' writes those of a list each on a line,"
            ~ " jq -c . others)."
        ) %}
    {% endif %}
{% endmacro %}

{# A line without spaces and byte order marks before it: files that were joined have these. #}
{% macro without_space_before(line) -%}
    ltrim({{ line }}, ' ' || chr(9) || chr(65279))
{%- endmacro %}

{# The JSON object in a line, null where the line holds none: a broken line never stops a run. #}
{% macro record_in_line(line) -%}
    case
        when starts_with({{ without_space_before(line) }}, '{')
            then try_cast({{ without_space_before(line) }} as json)
    end
{%- endmacro %}

{#
    The groups of JSON files: those whose first records have the same of the names that tell a
    source. The columns of a group are the names of all keys in these records.
#}
{% macro json_groups() %}
    {% if not files_of("json") %}{% do return([]) %}{% endif %}
    {% set telling = [] %}
    {% for shape in shapes_of_sources() %}
        {% for names in shape.names %}{% do telling.extend(names) %}{% endfor %}
    {% endfor %}
    {% set query %}
        with

        sample_lines as (
            select
                filename,
                unnest(sample) as line
            from temp.json_files
        ),

        records as (
            select
                filename,
                {{ record_in_line("line") }} as record
            from sample_lines
        ),

        names_of_records as (
            select
                filename,
                unnest(list_concat(coalesce(json_keys(record), []), [null
                {%- for name in telling | unique if "." in name -%}
                    , case when json_exists(record, {{ json_pointer(name.split(".")) }})
                        then {{ literal(name) }} end
                {%- endfor -%}
                ])) as name
            from records
        ),

        names_of_files as (
            select
                filename,
                coalesce(list_sort(list(distinct name)), []) as names
            from names_of_records
            where name is not null
            group by filename
        )

        select
            list(json_files.filename order by json_files.filename)::json::varchar as files,
            list_sort(list_distinct(flatten(list(names))))::json::varchar as names
        from temp.json_files
        left join names_of_files on json_files.filename = names_of_files.filename
        group by list_filter(
            coalesce(names, []),
            lambda name: lower(name) in ({{ literals(telling | map("lower")) or "null" }})
        )
        order by min(json_files.filename)
    {% endset %}
    {% set groups = [] %}
    {% for row in run_query(query).rows %}
        {% set columns = [] %}
        {% for name in fromjson(row["names"] or "[]") %}
            {% do columns.append({"name": name, "type": "VARCHAR"}) %}
        {% endfor %}
        {% do groups.append({
            "format": "json", "files": fromjson(row["files"]), "columns": columns,
            "is_unreadable": "record is null",
        }) %}
    {% endfor %}
    {% do return(groups) %}
{% endmacro %}

{# Makes one group of the JSON groups of each source, and gives it its rows. #}
{% macro read_json_groups(groups) %}
    {% for source in sources_from_files() %}
        {% set of_source = groups | selectattr("format", "equalto", "json")
            | selectattr("source", "equalto", source) | list %}
        {% for group in of_source[1:] %}
            {% do of_source[0].files.extend(group.files) %}
            {% do of_source[0].columns.extend(group.columns) %}
            {% do groups.remove(group) %}
        {% endfor %}
        {% for group in of_source[:1] %}
            {% do group.update({"rows": json_records(group.files, group.shape.name_lines)}) %}
        {% endfor %}
    {% endfor %}
{% endmacro %}

{#
    The lines of JSON files as a query in brackets: raw_file_name, record, line_event_name (what a
    line before the record says, where the source's shape has name_lines). Such a line is no row.
#}
{% macro json_records(files, name_lines) %}
    {% set names = {} %}
    {% if name_lines %}
        {% for row in run_query(
            "select filename, " ~ has_one_name() ~ " as has_one from temp.json_files"
            ~ " where mark_count > 0 and len(sample) > 0 and filename in (" ~ literals(files) ~ ")"
        ).rows %}
            {% do names.update({row["filename"]: row["has_one"]}) %}
        {% endfor %}
    {% endif %}
    {% set plain, named, joined = [], [], [] %}
    {% for file in files %}
        {% do {none: plain, true: named, false: joined}[names.get(file)].append(file) %}
    {% endfor %}
    {% set selects = [] %}
    {% if plain %}{% do selects.append(plain_records(plain)) %}{% endif %}
    {% if named %}{% do selects.append(records_after_first_line(named)) %}{% endif %}
    {% if joined %}{% do selects.append(records_after_names(joined)) %}{% endif %}
    {% do return("(" ~ selects | join(" union all ") ~ ")") %}
{% endmacro %}

{% macro plain_records(files) %}
    select
        raw_file_name,
        {{ record_in_line("line") }} as record,
        null::varchar as line_event_name
    from {{ read_lines(files) }}
    where not {{ is_blank("line") }}
{% endmacro %}
