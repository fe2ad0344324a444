{#
    A file shows by the names of its columns or keys which tool wrote it. The staging model of
    each source says in its `meta` which names its files have: for columns of the contract, a list
    of names of which a file has one. Flat events have the names of the contract.
#}

{#
    Gives each group its source and the shape of it. Files that fit no source belong to the nearest
    one, and the run warns of them; in a first load that has nothing else, the run stops. Rows of
    JSON are judged one by one all the same; of CSV and Parquet each row is unreadable.
#}
{% macro recognise_sources(groups, is_first) %}
    {% set shapes = shapes_of_sources() %}
    {% set only_sources = sources_of_roots() %}
    {% set strange = [] %}
    {% for group in groups %}
        {% set only_source = only_sources.get(group.files[0]) %}
        {% set ranked = [] %}
        {% for shape in shapes if not only_source or shape.source == only_source %}
            {% set lacking = names_lacking(group, shape, shape.names) %}
            {% do ranked.append({
                "shape": shape, "lacking": lacking, "rank": rank_of(group, shape, lacking),
            }) %}
        {% endfor %}
        {% set nearest = (ranked | sort(attribute="rank"))[0] %}
        {% do group.update({
            "source": nearest.shape.source, "shape": nearest.shape, "fits": not nearest.lacking,
        }) %}
        {% if nearest.lacking %}{% do strange.append([group, nearest]) %}{% endif %}
    {% endfor %}
    {% for source, of_source in groups | groupby("source") %}
        {% do run_query(
            "update temp.event_files set source = " ~ literal(source) ~ " where filename in ("
            ~ literals(of_source | map(attribute="files") | sum(start=[])) ~ ")"
        ) %}
    {% endfor %}
    {% set fit = groups | selectattr("fits") | list %}
    {% if is_first %}{% do check_mapped_names(fit) %}{% endif %}
    {% for group, nearest in strange %}
        {% set sentence = what_is_lacking(group, nearest) %}
        {% if is_first and not fit and group.columns %}
            {% do stop(input_in_words() ~ ": " ~ sentence ~ ".") %}
        {% elif group.columns or group.format != "json" %}
            {% do exceptions.warn(sentence ~ ". The rows of such a file are rejected.") %}
        {% endif %}
        {% if group.format != "json" %}{% do leave_group_out(group) %}{% endif %}
    {% endfor %}
    {% if is_first and not fit %}{% do stop_without_events() %}{% endif %}
{% endmacro %}

{# The sources of the files whose root has only one, by the files' names. #}
{% macro sources_of_roots() %}
    {% set sources = {} %}
    {% for row in run_query(
        "select filename, only_source from temp.event_files where only_source is not null"
    ).rows %}
        {% do sources.update({row["filename"]: row["only_source"]}) %}
    {% endfor %}
    {% do return(sources) %}
{% endmacro %}

{#
    How near a group is to a shape: the lowest number is the nearest. Of sources that fit: flat, if
    the names are those of the contract or of the variable `columns`; then the one with the most
    lists; then flat by other usual names. Of others: one of which the group has most lists; else
    flat.
#}
{% macro rank_of(group, shape, lacking) %}
    {% set total = shape.names | length %}
    {% set found = total - lacking | length %}
    {% if shape.source == "flat" and not names_lacking(group, shape, shape.chosen_names) %}
        {% do return(0) %}
    {% elif not lacking %}
        {% do return(99 if shape.source == "flat" else 50 - total) %}
    {% elif shape.source == "flat" %}
        {% do return(200) %}
    {% endif %}
    {% do return(150 - found if found * 2 > total else 300 - found) %}
{% endmacro %}

{#
    The lists of names none of which a group has. Upper and lower case are the same in flat CSV and
    Parquet, and in exports that may have names of one's own. There a path may lie in a column.
#}
{% macro names_lacking(group, shape, lists) %}
    {% set is_exact = not shape.own_names or group.format == "json" and shape.source == "flat" %}
    {% set found = group.columns | map(attribute="name") | list %}
    {% set found = with_prefixes(found if is_exact else found | map("lower") | list) %}
    {% set lacking = [] %}
    {% for names in lists %}
        {% set wanted = names if is_exact else names | map("lower") | list %}
        {% set wanted = with_prefixes(wanted) if shape.own_names else wanted %}
        {% if not wanted | select("in", found) | list %}{% do lacking.append(names) %}{% endif %}
    {% endfor %}
    {% do return(lacking) %}
{% endmacro %}

{# Names, and for each name with a dot the part before it: the object that the value is in. #}
{% macro with_prefixes(names) %}
    {% set all = {} %}
    {% for name in names %}{% do all.update({name: true, name.split(".")[0]: true}) %}{% endfor %}
    {% do return(all) %}
{% endmacro %}

{# A sentence that says what files lack of the nearest source, and what they have. #}
{% macro what_is_lacking(group, nearest) %}
    {% set lacking = [] %}
    {% for names in nearest.lacking %}
        {% set others = " (or " ~ names[1:] | join(", ") ~ ")" if names | length > 1 else "" %}
        {% do lacking.append(names[0] ~ others) %}
    {% endfor %}
    {% do return(
        shown_names(group.files) ~ " has no column " ~ lacking | join(" and no ")
        ~ ", which events of the source " ~ group.source ~ " have" ~ (
            " (the nearest of " ~ sources_from_files() | join(", ") ~ ")"
            if sources_from_files() | length > 1 else ""
        ) ~ ": found " ~ (group.columns | map(attribute="name") | join(", ") or "no name")
        ~ "; rename the columns, or map yours with the variable columns"
    ) %}
{% endmacro %}

{# Stops a first load in which no file holds an event. #}
{% macro stop_without_events() %}
    {% set files = query_values(
        "select filename from temp.event_files where format is not null and size > 0"
        ~ " order by filename"
    ) %}
    {% if files %}
        {% do stop(
            input_in_words() ~ ": found no events in " ~ shown_names(files) ~ "; expected "
            ~ formats_in_words() ~ " files, JSON with one object per line."
        ) %}
    {% endif %}
{% endmacro %}

{# Makes each row of a group of CSV or Parquet files unreadable, because they fit no source. #}
{% macro leave_group_out(group) %}
    {% if group.format == "csv" %}
        {% do leave_files_out(group.files) %}
    {% else %}
        {% do group.update({"columns": [], "is_unreadable": "true"}) %}
    {% endif %}
{% endmacro %}
