{#
    A run commits when it records its slices in loaded_slices. These macros tell whether a run
    may commit, and which tables it drops first. docs/increments.md explains why.
#}

{# SQL of the last committed batch, 0 if there is none. `slices` is the table of loaded slices. #}
{% macro committed_batch(slices) -%}
    (select coalesce(max(batch), 0) from {{ slices }})
{%- endmacro %}

{#
    SQL of the last batch that was committed or told in the feed, 0 if there is none. A full
    refresh drops `slices` and keeps `changes`: the numbers of its batches go on from the feed's.
#}
{% macro last_batch(slices, changes) -%}
    (
        select coalesce(max(batch), 0)
        from (select batch from {{ slices }} union all select batch from {{ changes }})
    )
{%- endmacro %}

{# Whether any run has committed. #}
{% macro is_anything_committed() %}
    {% set record = stored_relation("loaded_slices") %}
    {% do return(record and query_values("select count(*) > 0 from " ~ record)[0]) %}
{% endmacro %}

{#
    A list of the models that a model needs and this command leaves out, by their unique ids.
    The model itself counts as one that it needs. A view does not count as left out, because it
    reads what this run writes. A run whose models read a view that does not exist has stopped at
    its start (check_models_not_selected).
#}
{% macro models_left_out(unique_id) %}
    {% set left_out = [] %}
    {% for name in models_above([unique_id]) | reject("in", selected_resources)
        if graph.nodes[name].config.materialized != "view" %}
        {% do left_out.append(name) %}
    {% endfor %}
    {% do return(left_out) %}
{% endmacro %}

{# A list of the given models and all models that they build on, by their unique ids. #}
{% macro models_above(names) %}
    {% set above = names | list %}
    {% for name in above %}
        {% for parent in graph.nodes[name].depends_on.nodes
            if parent.startswith("model.") and parent not in above %}
            {% do above.append(parent) %}
        {% endfor %}
    {% endfor %}
    {% do return(above) %}
{% endmacro %}

{# Whether this command runs the current model and all models that it builds on. #}
{% macro runs_all_above() %}
    {% do return(not execute or not models_left_out(model.unique_id)) %}
{% endmacro %}

{# The tables that a run builds on, in the order in which it writes them: the last one commits. #}
{% macro committed_tables() %}
    {% do return(["int_event_log", "int_sessions", "loaded_slices"]) %}
{% endmacro %}

{#
    A list of the tables that a run drops before it writes anything else. A full refresh drops
    all of them, unless it builds from the log. Another run drops them only if no run has
    committed. loaded_slices is dropped first: if it is missing, the next run starts from
    nothing, wherever this one is killed. Stops a full refresh of only some models of the flow.
#}
{% macro tables_to_drop() %}
    {% set chain = committed_tables() | reverse | list %}
    {% set selected = [] %}
    {% for name in chain if "model.session_analytics." ~ name in selected_resources %}
        {% do selected.append(name) %}
    {% endfor %}
    {% if not selected %}{% do return([]) %}{% endif %}
    {% set left_out = models_left_out("model.session_analytics.loaded_slices") %}
    {% if flags.FULL_REFRESH and left_out %}
        {% set names = [] %}
        {% for name in left_out | sort %}{% do names.append(name.split(".")[-1]) %}{% endfor %}
        {% do stop(
            "--full-refresh of " ~ selected | join(" and ") ~ " without " ~ shown_names(names)
            ~ " would tear apart what belongs together: expected all of it"
            ~ " (" ~ full_refresh_command() ~ ")."
        ) %}
    {% elif rebuilds_from_log() or not flags.FULL_REFRESH and is_anything_committed() %}
        {% do return([]) %}
    {% endif %}
    {% do return(chain if "int_event_log" in selected else selected) %}
{% endmacro %}

{# Stops a run that drops `tables` if this would lose rows of files that were deleted. #}
{% macro check_nothing_is_lost(tables) %}
    {% set log = stored_relation("int_event_log") %}
    {% set slices = stored_relation("loaded_slices") %}
    {# the log of version 0.1.0 had another name: loaded_slices shows what it held #}
    {% set stored = (log ~ " where disposition != 'withdrawn'" if log else "")
        or (slices ~ " where row_count > 0" if slices else "") %}
    {% if stored and "int_event_log" in tables and sources_from_files()
        and not var("forget_gone_files")
        and stored_build_settings().get("events_path") != sample_folder() %}
        {% set gone = query_values(
            "select distinct slice from (select slice from " ~ stored ~ ")"
            ~ " where slice not in (select slice from temp.listed_slices)"
            ~ " and " ~ source_of_slice("slice") ~ " in (" ~ literals(sources_from_files()) ~ ")"
            ~ " order by slice"
        ) %}
        {% if gone %}
            {% do stop(
                "Building anew would lose the rows of files that were deleted (" ~ shown_names(gone)
                ~ "): put them back, " ~ ("rebuild from the log (" ~ rebuild_command() ~ "), "
                if is_log_whole() else "") ~ "or set forget_gone_files to true."
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
