{#
    Stops a first load that has nothing but JSON whose records are none of the vendor's:
    later, rows that can't be used are rejected like any that come with others.
#}
{% macro check_first_clevertap_records() %}
    {% set files = files_of("json", "clevertap") %}
    {% set records = run_query(
        "select count(record) as record_count, count(*) filter (where regexp_matches(line,"
        ~ " '(?i)\"(ts|eventTime)\"')) as timed_count from " ~ json_records(files)
        ~ " where not " ~ is_name_object("line")
    ).rows[0] %}
    {% if not records["record_count"] %}
        {% do check_anything_is_read("clevertap") %}
    {% elif not records["timed_count"] %}
        {% do stop(
            input_in_words() ~ ": found no ts in the records of " ~ shown_names(files)
            ~ "; event_source clevertap expects its export, for other events set it to flat."
        ) %}
    {% endif %}
{% endmacro %}

{# Stops the run where columns, a list of {name, type}, are none of the vendor's export. #}
{% macro check_clevertap_columns(columns, origin) %}
    {% set names = columns | map(attribute="name") | map("lower") | list %}
    {% for pattern, expected in [
        ("ts|eventtime", ["ts", "eventTime"]),
        (
            names_of_clevertap_users(),
            ["profile.identity", "profile.objectId", "profile.all_identities", "profile.email",
            "identity", "profile"],
        ),
    ] if not modules.re.search("(?m)^(" ~ pattern ~ ")$", names | join("\n")) %}
        {% do stop(
            input_in_words() ~ ": " ~ origin ~ " has no column " ~ expected[0] ~ ": found "
            ~ shown_names(columns | map(attribute="name") | list)
            ~ "; event_source clevertap expects one of " ~ expected | join(", ") ~ "."
        ) %}
    {% endfor %}
    {% set unknown = [] %}
    {% for column in columns if column.name and not modules.re.match(
        "(" ~ names_of_clevertap_columns() ~ ")$", column.name | lower
    ) %}{% do unknown.append(column.name) %}{% endfor %}
    {% if unknown %}
        {% do exceptions.warn(
            "Left out, for CleverTap's export has no such column: " ~ unknown | join(", ")
            ~ " of " ~ origin ~ "."
        ) %}
    {% endif %}
{% endmacro %}
