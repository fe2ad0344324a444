{#
    A file shows by the names of its columns or keys which tool wrote it. The staging model of
    each source says in its `meta` which names its files have: for columns of the contract, a list
    of names of which a file has one. Flat events have the names of the contract.
#}

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
                "columns gives " ~ given | join(", ") ~ " for " ~ column ~ ", and no file has a"
                ~ " column of that name: found " ~ found | join(", ") ~ "."
            ) %}
        {% endif %}
    {% endfor %}
    {% do return(sentences) %}
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

{#
    Names the slices that this run loads after the sources of their files. If a file is of another
    source than it was, the slice of the former source is loaded as `emptied`.
#}
{% macro name_slices() %}
    {% do run_query(
        "update temp.event_files set source = coalesce(source, only_source, "
        ~ literal((sources_from_files() or [""])[0]) ~ ")"
    ) %}
    {% do run_query("update temp.event_files set slice = concat(source, '/', name)") %}
    {% set named_slices %}
        select slices_to_load.* replace (coalesce(event_files.slice, slices_to_load.slice) as slice)
        from temp.slices_to_load as slices_to_load
        left join temp.event_files as event_files
            on slices_to_load.slice = event_files.listed_slice
        union all
        select
            known.slice,
            'emptied' as fingerprint,
            true as is_settled,
            known.slice in (select slice from temp.unfinished_slices) as is_unfinished,
            null as arrived_at
        from (
            select slice from temp.recorded_slices where fingerprint != 'emptied'
            union
            select slice from temp.unfinished_slices
        ) as known
        semi join temp.event_files as event_files
            on
                event_files.only_source is null
                and {{ name_of_slice("known.slice") }} = event_files.name
        where
            {{ source_of_slice("known.slice") }} in ({{ literals(sources_from_files() or [""]) }})
            and known.slice not in (select slice from temp.event_files)
    {% endset %}
    {% do create_temporary("slices_to_load", named_slices) %}
{% endmacro %}

{# Makes each row of a group of CSV or Parquet files unreadable, because they fit no source. #}
{% macro leave_group_out(group) %}
    {% if group.format == "csv" %}
        {% do leave_files_out(group.files) %}
    {% else %}
        {% do group.update({"columns": [], "is_unreadable": "true"}) %}
    {% endif %}
{% endmacro %}
