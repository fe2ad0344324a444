{# The event's name where a record has none: what its file says. #}

{#
    The event as a file's name has it: where each word is capitalised, as those of the
    vendor's own events are, underscores stand for spaces (App_Launched).
#}
{% macro event_name_in_file_name(name) -%}
    case
        when regexp_full_match({{ name }}, '[A-Z][^_]*(_[A-Z][^_]*)+')
            then replace({{ name }}, '_', ' ')
        else {{ name }}
    end
{%- endmacro %}

{#
    The event's name in a line of a JSON file that holds nothing else, bare, in quotes, or as
    an object; null where it is something else, such as markup or the end of a torn record:
    SQL.
#}
{% macro event_name_in_line(line) -%}
    {%- set text = without_space_before(line) -%}
    case
        when {{ is_blank(line) }} or length({{ line }}) > 512 then null
        when {{ text }} in ('null', 'true', 'false') or {{ text }} like '<%' then null
        when length(replace({{ text }}, '{', '')) != length(replace({{ text }}, '}', '')) then null
        when not json_valid({{ text }}) and {{ text }} not similar to '\{.*|.*":.*'
            then trim({{ text }})
        when json_type(try_cast({{ text }} as json)) not in ('OBJECT', 'ARRAY', 'VARCHAR')
            then trim({{ text }})
        when json_type(try_cast({{ text }} as json)) = 'VARCHAR'
            then try_cast({{ text }} as json) ->> '$'
        when {{ is_name_object(line) }}
            then try_cast({{ text }} as json) ->> 'eventName'
    end
{%- endmacro %}

{# Whether a line is an object that holds an event's name and nothing else: SQL. #}
{% macro is_name_object(line) -%}
    regexp_full_match(
        {{ line }}, '\s*\x{FEFF}?\{\s*"eventName"\s*:\s*"(?:[^"\\]|\\.)*"\s*\}\s*'
    )
{%- endmacro %}

{#
    The JSON files of a source that hold several exports, each after a line with its name: a
    list of names.
#}
{% macro files_of_several_exports(source) %}
    {% do return(query_values(
        "select filename from temp.json_files where mark_count > 0 and first_record is not null"
        ~ " and filename in (" ~ (literals(files_of("json", source)) or "null") ~ ")"
        ~ " and not " ~ has_one_name("line") ~ " order by filename"
    )) %}
{% endmacro %}

{# Whether a file's first line is a name, and every other a record: SQL over json_files. #}
{% macro has_one_name(line) -%}
    (
        mark_count = 1
        and first_record is not null
        and {{ line }} is distinct from first_record
        and {{ event_name_in_line(line) }} is not null
    )
{%- endmacro %}

{#
    The records of such files as a query in brackets: raw_file_name, line, record,
    is_name_line, and line_event_name, the name in the last line before it that holds one. A
    name is followed by a record; in the middle of a file it has letters, for a torn line is
    no name.
#}
{% macro records_after_names(files) %}
    (
        with

        lines as (
            select
                *,
                row_number() over () as line_number,
                {{ event_name_in_line("line") }} as name
            from {{ json_records(files) }}
        ),

        lines_with_names as (
            select
                *,
                name is not null
                and coalesce(lead(name is null and record is not null) over file_lines, false)
                and (
                    line_number = min(line_number) over (partition by raw_file_name)
                    or (
                        regexp_matches(name, '\pL')
                        and not regexp_matches(name, '[{}<>]')
                        and (json_valid(line) or not contains(line, '"'))
                    )
                ) as is_name_line
            from lines
            window file_lines as (partition by raw_file_name order by line_number)
        )

        select
            raw_file_name,
            line,
            record,
            is_name_line,
            last_value(case when is_name_line then name end ignore nulls) over (
                partition by raw_file_name order by line_number
            ) as line_event_name
        from lines_with_names
    )
{% endmacro %}
