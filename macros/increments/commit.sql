{#
    A run is committed when its slices are recorded: what a run must hold for that, and what
    it drops where nothing is committed. docs/increments.md tells why.
#}

{# The last batch that is committed, 0 where nothing is: SQL. #}
{% macro committed_batch() -%}
    (select coalesce(max(batch), 0) from {{ source("stored", "slices") }})
{%- endmacro %}

{# Whether a run has been committed. #}
{% macro is_anything_committed() %}
    {% set record = stored_relation("loaded_slices") %}
    {% do return(record and query_values("select count(*) > 0 from " ~ record)[0]) %}
{% endmacro %}

{#
    The models that a model builds on, by their unique ids, which this command leaves out:
    a list; the model itself is one of them.
#}
{% macro models_left_out(unique_id) %}
    {% set above = [unique_id] %}
    {% for name in above %}
        {% for parent in graph.nodes[name].depends_on.nodes
            if parent.startswith("model.") and parent not in above %}
            {% do above.append(parent) %}
        {% endfor %}
    {% endfor %}
    {% do return(above | reject("in", selected_resources) | list) %}
{% endmacro %}

{# Whether this command runs the current model and all models that it builds on. #}
{% macro runs_all_above() %}
    {% do return(not execute or not models_left_out(model.unique_id)) %}
{% endmacro %}

{#
    Which of our tables a run drops before it writes anything else, a list of names: what
    no run has committed, and in a full refresh everything; the record first, for without
    it the next run starts anew wherever this one is killed. Stops the run where a full
    refresh is of a part of the chain.
#}
{% macro tables_to_drop() %}
    {% set chain = ["loaded_slices", "int_sessions", "int_events_sessionized"] %}
    {% set selected = [] %}
    {% for name in chain if "model.session_analytics." ~ name in selected_resources %}
        {% do selected.append(name) %}
    {% endfor %}
    {% if invocation_args_dict["which"] == "test" or not selected %}{% do return([]) %}{% endif %}
    {% set left_out = models_left_out("model.session_analytics.loaded_slices") %}
    {% if flags.FULL_REFRESH and left_out %}
        {% set names = [] %}
        {% for name in left_out | sort %}{% do names.append(name.split(".")[-1]) %}{% endfor %}
        {% do stop(
            "--full-refresh of " ~ selected | join(" and ") ~ " without " ~ shown_names(names)
            ~ " would tear apart what belongs together: expected all of it"
            ~ " (dbt run --full-refresh)."
        ) %}
    {% elif not flags.FULL_REFRESH and is_anything_committed() %}
        {% do return([]) %}
    {% endif %}
    {% do return(chain if "int_events_sessionized" in selected else selected) %}
{% endmacro %}

{# Stops a run that drops `tables` where this would lose rows of files that have gone. #}
{% macro check_nothing_is_lost(tables) %}
    {% set log = stored_relation("int_events_sessionized") %}
    {% if log and log.identifier in tables and file_sources() and not var("forget_gone_files")
        and stored_settings().get("events_path") != sample_folder() %}
        {% set gone = query_values(
            "select distinct slice from " ~ log ~ " where slice not in"
            ~ " (select slice from temp.listed_slices)"
            ~ " and " ~ source_of_slice("slice") ~ " in (" ~ literals(file_sources()) ~ ")"
            ~ " and disposition != 'withdrawn' order by slice"
        ) %}
        {% if gone %}
            {% do stop(
                "Building anew would lose the rows of files that have gone (" ~ shown_names(gone)
                ~ "): put them back, or set forget_gone_files to true."
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
