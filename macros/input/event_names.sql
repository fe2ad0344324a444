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
    The event's name in the first line of a JSON file that holds nothing else, bare, in
    quotes, or as an object; null where it is something else: SQL.
#}
{% macro event_name_in_line(line) -%}
    case
        when {{ is_blank(line) }} or length({{ line }}) > 512 then null
        when not json_valid({{ line }}) and {{ line }} not similar to '\{.*|.*":.*'
            then trim({{ line }})
        when json_type(try_cast({{ line }} as json)) not in ('OBJECT', 'ARRAY', 'VARCHAR')
            then trim({{ line }})
        when json_type(try_cast({{ line }} as json)) = 'VARCHAR'
            then try_cast({{ line }} as json) ->> '$'
        when json_keys(try_cast({{ line }} as json)) = ['eventName']
            then try_cast({{ line }} as json) ->> 'eventName'
    end
{%- endmacro %}
