{#
    Stops a first load whose JSON records are none of the vendor's: later, rows that can't be
    used are rejected like any that come with others.
#}
{% macro check_first_clevertap_records() %}
    {% set files = files_of("json", "clevertap") %}
    {% set counts = run_query(
        "select count(*) as record_count, count(*) filter (where contains(line, '\"ts\"')"
        ~ " or contains(line, '\"eventTime\"')) as timed_count from " ~ read_lines(files)
        ~ " where ltrim(line) like '{%' and " ~ event_name_in_line("line") ~ " is null"
    ).rows[0] if files else {"record_count": 0} %}
    {% if counts["record_count"] and not counts["timed_count"] %}
        {% do stop(
            input_setting() ~ ": found no ts in the records of " ~ shown_names(files)
            ~ "; event_source clevertap expects its export, for other events set it to flat."
        ) %}
    {% endif %}
{% endmacro %}

{# Whether the user stands in a column that holds more than one value, not in flat ones. #}
{% macro has_nested_columns(columns) %}
    {% set names = columns | map(attribute="name") | map("lower") | join("\n") %}
    {% do return(
        modules.re.search("^(identity|profile)$", names, modules.re.M)
        and not modules.re.search("^profile[.]", names, modules.re.M)
    ) %}
{% endmacro %}

{# Stops the run where columns, a list of {name, type}, are none of the vendor's export. #}
{% macro check_clevertap_columns(columns, origin, is_nested=false) %}
    {% set names = columns | map(attribute="name") | map("lower") | list %}
    {% for expected in [
        ["ts", "eventTime"],
        ["identity", "profile"] if is_nested else
        ["profile.identity", "profile.objectId", "profile.all_identities", "profile.email"],
    ] if not expected | map("lower") | select("in", names) | list %}
        {% do stop(
            input_setting() ~ ": " ~ origin ~ " has no column " ~ expected[0] ~ ": found "
            ~ shown_names(columns | map(attribute="name") | list)
            ~ "; event_source clevertap expects one of " ~ expected | join(", ") ~ "."
        ) %}
    {% endfor %}
    {% set unknown = [] %}
    {% for column in columns if column.name and not modules.re.match(
        "(ts|event(time|name)|identity|controlgroupname|deviceid"
        ~ "|(profile|deviceinfo|eventprops|session_?props)([.].*)?)$",
        column.name | lower
    ) %}{% do unknown.append(column.name) %}{% endfor %}
    {% if unknown %}
        {% do exceptions.warn(
            "Left out, for CleverTap's export has no such column: " ~ unknown | join(", ")
            ~ " of " ~ origin ~ "."
        ) %}
    {% endif %}
{% endmacro %}
