with

session_clock as (
    select * from {{ ref('int_session_clock') }}
),

board_window as (
    select * from {{ ref('int_board_windows') }}
    where board_window = 'current'
),

rules as (
    select
        max(value) filter (where name = 'session_timeout_minutes')::double
            as session_timeout_minutes,
        max(value) filter (where name = 'session_tracking') = 'true'
            as is_session_tracking_on,
        nullif(
            max(value) filter (where name = 'session_tracking_since'), 'unset'
        )::timestamp as session_tracking_since,
        max(value) filter (where name = 'exclusion_rule_set') as exclusion_rule_set,
        max(value) filter (where name = 'excluded_events') as excluded_events
    from {{ ref('int_build_settings') }}
)

select
    session_clock.as_of,
    {{ local_time('session_clock.as_of') }} as local_as_of,
    {{ literal(zone('timezone')) }} as timezone,
    session_clock.is_clock_set,
    session_clock.newest_event_at,
    {{ var('stale_after_minutes') or 'null' }}::double as stale_after_minutes,
    board_window.first_day,
    board_window.last_day,
    {{ var('board_days') | int }}::bigint as board_days,
    {{ literal(var('product_name')) if var('product_name') else 'null' }}::string
        as product_name,
    {{ var('bounce_max_events') }}::bigint as bounce_max_events,
    {{ var('bounce_max_seconds') }}::bigint as bounce_max_seconds,
    rules.session_timeout_minutes,
    rules.is_session_tracking_on,
    rules.session_tracking_since,
    rules.exclusion_rule_set,
    rules.excluded_events,
    nullif({{ literal(var('key_events') | join(', ')) }}, '') as key_events,
    {{ 'true' if var('board_sessions') else 'false' }} as has_board_sessions
from session_clock
cross join rules
left join board_window on true
