{#
    Lists the input in temporary tables. recorded_slices has the slices that earlier runs recorded,
    unfinished_slices those of killed runs. listed_files has all files, each with the slice that it
    was or might become (listed_slice). listed_slices has the slices of the files and of the table
    events_relation.
#}
{% macro list_input() %}
    {% do create_temporary("recorded_slices", "select slice, fingerprint from " ~ recorded_slices())
    %}
    {% do create_temporary("unfinished_slices", unfinished_slices()) %}
    {% do create_temporary("listed_files", list_files_of_roots(
        "(from temp.recorded_slices union all select slice, '' from temp.unfinished_slices)"
    )) %}
    {% do check_files_are_read_once() %}
    {% do create_temporary("listed_slices", slices_of_input("temp.listed_files")) %}
{% endmacro %}

{# Stops the run if two sources read the same file. #}
{% macro check_files_are_read_once() %}
    {% set twice = query_values(
        "select filename from temp.listed_files group by filename having count(*) > 1"
        ~ " order by filename"
    ) %}
    {% if twice %}
        {% do stop(
            input_in_words() ~ ": found " ~ shown_names(twice) ~ " in the paths of two sources;"
            ~ " expected for each source files of its own."
        ) %}
    {% endif %}
{% endmacro %}

{#
    Writes what this run loads into temporary tables. slices_to_load has the slices that this run
    loads: of all listed slices if it builds anew. event_files has the files of these slices, and
    the files that belong to no slice.
#}
{% macro choose_slices(builds_anew) %}
    {% if builds_anew %}{% do create_temporary("unfinished_slices", no_slice()) %}{% endif %}
    {% do create_temporary("slices_to_load", slices_to_load(
        "temp.listed_slices",
        "(from temp.recorded_slices" ~ (" where false" if builds_anew else "") ~ ")",
        "temp.unfinished_slices", chosen_file_sources(), var("slices_per_run")
    )) %}
    {% do create_temporary(
        "event_files",
        "select *, null::varchar as source, null::varchar as slice from temp.listed_files"
        ~ " where listed_slice in (select slice from temp.slices_to_load) or format is null"
    ) %}
{% endmacro %}

{#
    The query of the slices that a run loads from some `sources`. A `listed` slice is loaded if
    it is new, if it has changed since it was `recorded`, or if it is `unfinished`, that is, left
    by a killed run. The order is: unfinished slices, then the oldest; there are at most `limit`,
    if it is not none. A slice that a table no longer holds is loaded as `emptied`. The rows of a
    file that was deleted stay. A rebuild from the log lists no slices and loads none.
#}
{% macro slices_to_load(listed, recorded, unfinished, sources, limit) %}
    {%- set tables = [] if rebuilds_from_log()
        else sources | reject("in", sources_from_files()) | list %}
    select
        listed.slice,
        listed.fingerprint,
        listed.is_settled,
        unfinished.slice is not null as is_unfinished,
        listed.arrived_at
    from {{ listed }} as listed
    left join {{ recorded }} as recorded on listed.slice = recorded.slice
    left join {{ unfinished }} as unfinished on listed.slice = unfinished.slice
    where
        listed.fingerprint is distinct from recorded.fingerprint
        or unfinished.slice is not null
    {%- if tables %}
    union all
    select
        stored.slice,
        'emptied' as fingerprint,
        true as is_settled,
        stored.is_unfinished,
        null as arrived_at
    from (
        select slice, true as is_unfinished from {{ unfinished }}
        union
        select slice, false from {{ recorded }}
        where fingerprint != 'emptied' and slice not in (select slice from {{ unfinished }})
    ) as stored
    where
        stored.slice not in (select slice from {{ listed }})
        and {{ source_of_slice("stored.slice") }} in ({{ literals(tables) }})
    {%- endif %}
    order by is_unfinished desc, arrived_at nulls last, slice
    {%- if limit is not none %}
    limit {{ limit }}
    {%- endif %}
{% endmacro %}

{# The relation of the slices that earlier runs have loaded: none before the first commit. #}
{% macro recorded_slices() %}
    {% do return(
        stored_relation("loaded_slices")
        or "(" ~ no_row({"slice": "varchar", "fingerprint": "varchar"}) ~ ")"
    ) %}
{% endmacro %}

{#
    The query of the slices that killed runs started to load. It has no rows unless the log holds
    rows that are not committed. These slices are loaded again even if their fingerprint is the
    recorded one: since the kill, a file may have been put back as it was, or deleted. A rebuild
    that a kill ended has gathered them before it wrote the log.
#}
{% macro unfinished_slices() %}
    {% if is_rebuild_unfinished() %}
        {% do return("select slice from " ~ raw_table("unfinished_slices")) %}
    {% endif %}
    {% set log = stored_relation("int_event_log") %}
    {% set last = stored_relation("int_slices_this_run") %}
    {% set record = stored_relation("loaded_slices") %}
    {% if not (log and last and record) %}
        {% do return(no_slice()) %}
    {% endif %}
    {% set selects = ["select slice from " ~ last] %}
    {% if has_raw_table("unfinished_slices") %}
        {% do selects.append("select slice from " ~ raw_table("unfinished_slices")) %}
    {% endif %}
    {% do return(
        "select slice from (" ~ selects | join(" union ") ~ ") where exists (select 1 from " ~ log
        ~ " where batch > " ~ committed_batch(record) ~ ")"
    ) %}
{% endmacro %}

{#
    print_slices_to_load(): prints the number of slices that are left to load, in one run or more.
    dbt run-operation print_slices_to_load
#}
{% macro print_slices_to_load() %}
    {% set recorded = recorded_slices() %}
    {% set selects = [list_slices_of_input(
        "(select slice, fingerprint from " ~ recorded
        ~ " union all select slice, '' from (" ~ unfinished_slices() ~ "))"
    )] %}
    {% for source in own_sources() %}
        {% set model = staging_model(source) %}
        {% set relation = api.Relation.create(model.database, model.schema, model.alias) %}
        {% do selects.append(list_slices_of_rows(relation, source)) %}
    {% endfor %}
    {% do print(query_values("select count(*) from (" ~ slices_to_load(
        "(" ~ selects | join(" union all ") ~ ")",
        recorded,
        "(" ~ unfinished_slices() ~ ")",
        event_sources(),
        none
    ) ~ ")")[0]) %}
{% endmacro %}

{# The staging model of a source, a node of dbt's graph; the model may be in any package. #}
{% macro staging_model(source) %}
    {% for node in graph.nodes.values() if node.resource_type == "model"
        and node.name == "stg_" ~ source ~ "__events" %}
        {% do return(node) %}
    {% endfor %}
{% endmacro %}
