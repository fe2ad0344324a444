{#
    Stops a first load if the variable `columns` names something that no file has. It warns if
    some files are JSON, because a key may come with later records.
#}
{% macro check_mapped_names(groups) %}
    {% set mapped = groups | selectattr("shape.own_names") | list %}
    {% if var("columns") and groups and not mapped %}
        {% do exceptions.warn(
            "The variable columns is not used: it maps names of flat events and of CleverTap's"
            ~ " export, and the files are of " ~ groups | map(attribute="source") | unique
            | join(", ") ~ "."
        ) %}
    {% endif %}
    {% set names = mapped | map(attribute="columns") | sum(start=[]) | map(attribute="name")
        | unique | list %}
    {% for sentence in names_that_are_nowhere(names) if mapped %}
        {% if mapped | selectattr("format", "equalto", "json") | list %}
            {% do exceptions.warn(sentence) %}
        {% else %}
            {% do stop(sentence) %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{# Sentences about columns whose names in the variable `columns` are none of those `found`. #}
{% macro names_that_are_nowhere(found) %}
    {% set known = with_prefixes(found | map("lower") | list) %}
    {% set sentences = [] %}
    {% for column in (var("columns") or {}).keys() %}
        {% set given = mapped_names(column) | map(attribute="name") | list %}
        {% if not with_prefixes(given | map("lower") | list) | select("in", known) | list %}
            {% do sentences.append(
                "columns gives " ~ given | join(", ") ~ " for " ~ column ~ ", and the input has"
                ~ " no column of that name: found " ~ found | join(", ") ~ "."
            ) %}
        {% endif %}
    {% endfor %}
    {% do return(sentences) %}
{% endmacro %}
