{#
    Hashes, as each engine spells them. They may differ between engines, but for the SHA-256.
#}

{#
    A hash of the values of columns, an integer of 64 bits. It only finds rows: whether they are
    copies is decided by their texts.
#}
{% macro hash_of(columns) %}
    {%- do return(adapter.dispatch("hash_of", "session_analytics")(columns)) -%}
{% endmacro %}

{% macro duckdb__hash_of(columns) %}
    {%- do return("hash(" ~ columns | join(", ") ~ ")") -%}
{% endmacro %}

{% macro spark__hash_of(columns) %}
    {%- do return("xxhash64(" ~ columns | join(", ") ~ ")") -%}
{% endmacro %}

{#
    The sum of such hashes, an aggregate: it tells rows apart. Spark's are summed as decimals, which
    do not overflow. Spark's hash skips nulls, so whether each value is null is hashed as well.
#}
{% macro sum_of_hashes(columns) %}
    {%- do return(adapter.dispatch("sum_of_hashes", "session_analytics")(columns)) -%}
{% endmacro %}

{% macro duckdb__sum_of_hashes(columns) %}
    {%- do return("sum(" ~ hash_of(columns) ~ ")") -%}
{% endmacro %}

{% macro spark__sum_of_hashes(columns) %}
    {%- set flags = [] -%}
    {%- for column in columns -%}{%- do flags.append(column ~ " is null") -%}{%- endfor -%}
    {%- do return("sum(" ~ hash_of(columns + flags) ~ "::decimal(20, 0))") -%}
{% endmacro %}

{# The SHA-256 of a text, as hexadecimal digits. #}
{% macro sha256_of(text) %}
    {%- do return(adapter.dispatch("sha256_of", "session_analytics")(text)) -%}
{% endmacro %}

{% macro duckdb__sha256_of(text) %}
    {%- do return("sha256(" ~ text ~ ")") -%}
{% endmacro %}

{% macro spark__sha256_of(text) %}
    {%- do return("sha2(" ~ text ~ ", 256)") -%}
{% endmacro %}
