{# What the engine knows about a connection and the project: for the checks of a run. #}

{# The time zone of the connection, in which times without a zone are read. #}
{% macro session_zone() %}
    {% do return(adapter.dispatch("session_zone", "session_analytics")()) %}
{% endmacro %}

{% macro duckdb__session_zone() %}
    {% do return(query_values("select current_setting('TimeZone')")[0]) %}
{% endmacro %}

{% macro spark__session_zone() %}
    {% do return(query_values("select current_timezone()")[0]) %}
{% endmacro %}

{# Whether a name is that of a time zone. #}
{% macro is_known_zone(name) %}
    {% do return(adapter.dispatch("is_known_zone", "session_analytics")(name)) %}
{% endmacro %}

{% macro duckdb__is_known_zone(name) %}
    {% do return(query_values(
        "select count(*) from pg_timezone_names() where name = " ~ literal(name)
    )[0]) %}
{% endmacro %}

{# Spark lists no zones. Python knows those of its own edition of the same database. #}
{% macro spark__is_known_zone(name) %}
    {% do return(name in modules.pytz.all_timezones) %}
{% endmacro %}

{# Those of some names that are one or two typing errors away from a name, in their order. #}
{% macro names_near(name, names) %}
    {% do return(adapter.dispatch("names_near", "session_analytics")(name, names)) %}
{% endmacro %}

{% macro duckdb__names_near(name, names) %}
    {% do return(query_values(
        "select unnest(list_sort(list_filter([" ~ literals(names) ~ "], lambda known:"
        ~ " damerau_levenshtein(known, lower(" ~ literal(name) ~ ")) <= 2)))"
    )) %}
{% endmacro %}

{% macro spark__names_near(name, names) %}
    {% do return(query_values(
        "select known from (values (" ~ literals(names) | replace(", ", "), (")
        ~ ")) as names (known) where levenshtein(known, lower(" ~ literal(name) ~ ")) <= 2"
        ~ " order by known"
    )) %}
{% endmacro %}

{#
    The variables of the project that runs, as its dbt_project.yml has them. Spark may run on
    another machine, where this file is not: there, only the command's variables are looked at.
#}
{% macro project_variables() %}
    {% do return(adapter.dispatch("project_variables", "session_analytics")()) %}
{% endmacro %}

{% macro duckdb__project_variables() %}
    {% set path = literal(invocation_args_dict["project_dir"] ~ "/dbt_project.yml") %}
    {% do return(
        fromyaml(query_values("select content from read_text(" ~ path ~ ")")[0]).get("vars") or {}
    ) %}
{% endmacro %}

{% macro spark__project_variables() %}{% do return({}) %}{% endmacro %}

{# Whether a table is in the raw schema. #}
{% macro has_raw_table(name) %}
    {% do return(adapter.dispatch("has_raw_table", "session_analytics")(name)) %}
{% endmacro %}

{% macro duckdb__has_raw_table(name) %}
    {% do return(query_values(
        "select count(*) > 0 from duckdb_tables() where table_name = " ~ literal(name)
        ~ " and schema_name = " ~ literal(raw_schema())
        ~ " and database_name = " ~ literal(target.database)
    )[0]) %}
{% endmacro %}

{% macro spark__has_raw_table(name) %}
    {% do return(
        run_query("show tables in " ~ raw_schema() ~ " like " ~ literal(name)).rows | length > 0
    ) %}
{% endmacro %}

{# Settings of the engine that the stored data depends on, name to SQL. #}
{% macro engine_settings() %}
    {% do return(adapter.dispatch("engine_settings", "session_analytics")()) %}
{% endmacro %}

{% macro duckdb__engine_settings() %}
    {% do return({"hash() of DuckDB": hash_of(["'session analytics'", "1"])}) %}
{% endmacro %}

{#
    On Spark, a command cannot read the file of the seed excluded_events before it loads it. The
    file's checksum tells a run that another file has been loaded.
#}
{% macro spark__engine_settings() %}
    {% set seed = graph.nodes["seed.session_analytics.excluded_events"] if execute else {} %}
    {% do return({
        "xxhash64() of Spark": hash_of(["'session analytics'", "1"]),
        "seeds/excluded_events.csv": literal(seed.checksum.checksum if seed else ""),
    }) %}
{% endmacro %}

{# A command of dbt, as sentences show it. #}
{% macro dbt_command(arguments) %}
    {% do return(adapter.dispatch("dbt_command", "session_analytics")(arguments)) %}
{% endmacro %}

{% macro duckdb__dbt_command(arguments) %}
    {% do return(dbt_of_project(".venv") ~ " " ~ arguments) %}
{% endmacro %}

{% macro spark__dbt_command(arguments) %}
    {% do return(dbt_of_project(".spark") ~ " " ~ arguments ~ " --target " ~ target.name) %}
{% endmacro %}

{# dbt as `make` installs it for this project; another project brings its own. #}
{% macro dbt_of_project(environment) %}
    {% do return((environment ~ "/bin/" if project_name == "session_analytics" else "") ~ "dbt") %}
{% endmacro %}

{# The environment variable that names the warehouse, as sentences show it. #}
{% macro variable_of_warehouse() %}
    {% do return(adapter.dispatch("variable_of_warehouse", "session_analytics")()) %}
{% endmacro %}

{% macro duckdb__variable_of_warehouse() %}{% do return("WAREHOUSE_PATH") %}{% endmacro %}

{% macro spark__variable_of_warehouse() %}{% do return("SPARK_SCHEMA") %}{% endmacro %}
