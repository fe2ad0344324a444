{#
    print_board(): prints the three metrics of the Session Board as tables, what became of
    the raw rows, how far the vendor agrees, and where the warehouse lies.
    dbt run-operation print_board
#}
{% macro print_board() %}
    {% set tables = {
        "Session length distribution": "
            select
                bucket as length,
                sum(session_count)::bigint as sessions,
                printf('%.1f %%', 100 * sum(session_share)) as share,
                rtrim(bar(sum(session_share), 0, max(sum(session_share)) over (), 30)) as \" \"
            from " ~ ref("session_length_distribution") ~ "
            group by bucket, bucket_order
            order by bucket_order",
        "Session lengths and sessions per day": "
            with lengths as (
                select day, sum(total_session_length_seconds) as seconds
                from " ~ ref("session_lengths_per_day") ~ "
                group by day
            ),
            counts as (
                select
                    day,
                    sum(session_count)::bigint as sessions,
                    bool_and(is_complete_day) as is_complete_day
                from " ~ ref("sessions_per_day") ~ "
                group by day
            )
            select
                strftime(day, '%Y-%m-%d') as day,
                printf('%.1f', seconds / 3600) as hours,
                sessions,
                if(is_complete_day, '', 'not complete yet') as \" \"
            from lengths
            inner join counts using (day)
            order by day",
    } %}
    {% set as_of = run_query("select as_of from " ~ ref("session_clock")).columns[0][0] %}
    {% do print("\nSession Board, as of " ~ (as_of or "never: there is no event yet") ~ " UTC") %}
    {% for title, query in tables.items() %}
        {% do print("\n" ~ title) %}
        {% do run_query(query).print_table(max_rows=none, max_column_width=none) %}
    {% endfor %}
    {% do print_accounting() %}
    {% do print_reconciliation() %}
    {% set folder = "" if target.path.startswith("/") else invocation_args_dict["project_dir"] ~ "/" %}
    {% do print("The warehouse: " ~ folder ~ target.path) %}
{% endmacro %}

{# What became of the raw rows, in a line. #}
{% macro print_accounting() %}
    {% set counts = [] %}
    {% for row in run_query(
        "select coalesce(rejection_reason, disposition) as kind,"
        ~ " sum(row_count)::bigint as row_count from " ~ ref("event_accounting")
        ~ " group by kind order by row_count desc, kind"
    ).rows %}
        {% do counts.append("{:,} {}".format(row["row_count"], row["kind"])) %}
    {% endfor %}
    {% do print("\nRaw rows: " ~ (counts | join(", ") or "none")) %}
    {% set ambiguous = query_values(
        "select count(*) from " ~ ref("events") ~ " where is_time_ambiguous"
    )[0] %}
    {% if ambiguous %}
        {% do print("Events at local times that clocks skip or repeat: {:,}".format(ambiguous)) %}
    {% endif %}
{% endmacro %}

{# How far the vendor's sessions and ours agree, in a line, where the export tells of theirs. #}
{% macro print_reconciliation() %}
    {% set summary = run_query("from " ~ ref("session_reconciliation_summary")).rows[0] %}
    {% if summary["their_session_count"] %}
        {% set counts = [] %}
        {% for row in run_query(
            "select agreement, coalesce(reason, 'no reason known') as reason,"
            ~ " count(*) as session_count from " ~ ref("session_reconciliation")
            ~ " where agreement != 'matched' group by agreement, reason"
            ~ " order by session_count desc, agreement, reason"
        ).rows %}
            {% do counts.append("{:,} {} ({})".format(
                row["session_count"], row["agreement"], row["reason"]
            )) %}
        {% endfor %}
        {% do print("The vendor's sessions and ours: {:.1f} % of {:,} matched; {}".format(
            summary["match_rate"] * 100, summary["matched_session_count"]
            + summary["their_session_count"] + summary["our_session_count"]
            - 2 * summary["matched_session_count"], counts | join(", ") or "all"
        )) %}
    {% endif %}
{% endmacro %}
