-- A user with so many events is a placeholder, such as undefined, or a bot. The
-- sessions of such a user have no meaning. dbt only prints how many users the test
-- found, so the warning names them.
{{ config(severity='warn') }}
{% set users_with_many_events %}
    with

    users as (
        select
            user_id,
            count(*) as event_count
        from {{ ref('events') }}
        group by user_id
    ),

    users_with_shares as (
        select
            *,
            event_count / sum(event_count) over () as share_of_events,
            count(*) over () as user_count
        from users
    )

    select
        user_id,
        event_count,
        share_of_events
    from users_with_shares
    where share_of_events > 0.05 and user_count > 1000
    order by event_count desc
{% endset %}
{% set names = [] %}
{% for row in (run_query(users_with_many_events).rows if execute
    and invocation_args_dict["which"] in ("test", "build") else []) %}
    {% do names.append("{} ({:,} events, {:.0f} %)".format(
        shown(row["user_id"]), row["event_count"], row["share_of_events"] * 100
    )) %}
{% endfor %}
{% if names %}
    {% do exceptions.warn(
        "Of all events more than 5 % are of the user " ~ shown_names(names)
        ~ ": is that a placeholder, or a bot?"
    ) %}
{% endif %}
{{ users_with_many_events }}
