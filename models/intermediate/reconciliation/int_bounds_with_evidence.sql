{# no window clause: in a view that a query reads, Spark does not find its names #}
{% set neighbours %}partition by comparison_id, bound, bound_at
            order by event_second, event_id
            rows between{% endset %}
{% set before_it = '(' ~ neighbours ~ ' unbounded preceding and 1 preceding)' %}
{% set after_it = '(' ~ neighbours ~ ' 1 following and unbounded following)' %}

-- Describes the events at each bound that only one side has, and between the bounds.
with

differing_bounds as (
    select * from {{ ref('int_differing_bounds') }}
),

-- only for speed: read only the events of users with differing bounds
events as (
    select compared.*
    from {{ ref('int_events_compared') }} as compared
    semi join differing_bounds on compared.user_id = differing_bounds.user_id
),

-- the user's events from the first to the last bound of both sides
events_between as (
    select
        differing_bounds.*,
        events.event_id,
        events.event_second,
        events.device_id,
        events.disposition,
        events.our_id,
        events.their_id,
        events.is_seen_by_them,
        events.is_shared,
        events.event_second = differing_bounds.bound_at as is_at_bound
    from differing_bounds
    left join events
        on
            differing_bounds.user_id = events.user_id
            and differing_bounds.window_starts_at <= events.event_second
            and differing_bounds.window_ends_at >= events.event_second
),

-- if one side leaves out an event that lies between two of its sessions, the event
-- joins these sessions on the other side
events_with_neighbours as (
    select
        *,
        {{ last_known('our_id', before_it) }} as our_id_before,
        {{ first_known('our_id', after_it) }} as our_id_after,
        {{ last_known('their_id', before_it) }} as their_id_before,
        {{ first_known('their_id', after_it) }} as their_id_after
    from events_between
)

select
    comparison_id,
    bound,
    bound_at,
    has_others_beside,
    count(distinct case when disposition = 'session' then device_id end)
        as device_count,
    count(*) filter (where is_at_bound) as event_count,
    {{ evidence("is_at_bound and disposition = 'before_tracking'") }} as is_early,
    {{ evidence("is_at_bound and disposition = 'api'") }} as is_api,
    {{ evidence("is_at_bound and disposition = 'session'") }} as is_ours,
    {{ evidence('is_at_bound and is_shared') }} as is_shared,
    {{ evidence("is_at_bound and disposition = 'session' and not is_seen_by_them") }}
        as is_unseen,
    {{ evidence("our_id_before is distinct from our_id_after"
        ~ " and disposition = 'api'") }} as is_bridged_by_api,
    {{ evidence("our_id_before is distinct from our_id_after"
        ~ " and disposition = 'excluded' or"
        ~ " their_id_before is distinct from their_id_after"
        ~ " and disposition = 'session' and not is_shared") }}
        as is_bridged_by_excluded
from events_with_neighbours
group by comparison_id, bound, bound_at, has_others_beside
