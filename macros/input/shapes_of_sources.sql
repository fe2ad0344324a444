{#
    What the files of a source have: {source, names, chosen_names, own_names, name_lines}. `names`
    is a list of lists; of each a file has one name. `chosen_names` are those of the contract and of
    the variable `columns` alone. `own_names`: whether that variable may map other names.
    `name_lines`: whether a line before the records may hold the event's name.
#}
{% macro shape_of_source(source) %}
    {% set model = staging_model(source) %}
    {% set meta = model.config.meta %}
    {% if "names" not in meta %}
        {% do stop(
            model.name ~ " has no names in its meta: expected those by which a file of the source "
            ~ source ~ " is recognised (docs/sources.md)."
        ) %}
    {% endif %}
    {% set names = [] %}
    {% set chosen_names = [] %}
    {% for column, wanted in meta["names"].items() %}
        {% set mapped = mapped_names(column) | map(attribute="name") | list %}
        {% do chosen_names.append(mapped + [column]) %}
        {% do names.append(
            names_of_column(column) | map(attribute="name") | list if source == "flat"
            else mapped + wanted if meta.get("own_names") else wanted
        ) %}
    {% endfor %}
    {% do return({
        "source": source,
        "names": names,
        "chosen_names": chosen_names,
        "own_names": source == "flat" or meta.get("own_names", false),
        "name_lines": meta.get("name_lines", false),
    }) %}
{% endmacro %}

{# The same of all sources that files may belong to: a list. #}
{% macro shapes_of_sources() %}
    {% set shapes = [] %}
    {% for source in sources_from_files() %}
        {% do shapes.append(shape_of_source(source)) %}
    {% endfor %}
    {% do return(shapes) %}
{% endmacro %}
