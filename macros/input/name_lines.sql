{# Lines of JSON files that hold the event's name alone: the records after them have none. #}

{#
    The event's name in a line that holds nothing else, bare, in quotes, or as an object; null
    where it is something else, such as markup or the end of a torn record: SQL.
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

{# Whether a file's first line is a name, and every other a record: SQL over json_files. #}
{% macro has_one_name() -%}
    (
        mark_count = 1
        and len(sample) > 0
        and line is distinct from sample[1]
        and {{ event_name_in_line("line") }} is not null
    )
{%- endmacro %}

{# The records of files that have one name, in their first line. That line is no row. #}
{% macro records_after_first_line(files) %}
    select
        lines.raw_file_name,
        {{ record_in_line("lines.line") }} as record,
        first_lines.line_event_name
    from {{ read_lines(files) }} as lines
    inner join {{ raw_table("name_lines") }} as first_lines
        on lines.raw_file_name = first_lines.filename
    where not {{ is_blank("lines.line") }} and lines.line != first_lines.line
{% endmacro %}

{#
    The records of files that hold several exports, each after a line with its name, or other
    lines. A name is followed by a record; in the middle of a file it has letters, for a torn line
    is no name.
#}
{% macro records_after_names(files) %}
    select
        raw_file_name,
        record,
        last_value(case when is_name_line then name end ignore nulls) over (
            partition by raw_file_name order by line_number
        ) as line_event_name
    from (
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
        from (
            select
                *,
                row_number() over () as line_number,
                {{ event_name_in_line("line") }} as name,
                {{ record_in_line("line") }} as record
            from {{ read_lines(files) }}
            where not {{ is_blank("line") }}
        )
        window file_lines as (partition by raw_file_name order by line_number)
    )
    qualify not is_name_line
{% endmacro %}
