with

session_reconciliation as (
    select * from {{ ref('session_reconciliation') }}
)

select
    count(*) filter (where agreement != 'ours_only') as their_session_count,
    count(*) filter (where agreement != 'theirs_only') as our_session_count,
    count(*) filter (where agreement = 'matched') as matched_session_count,
    -- the share of all sessions that either side has
    matched_session_count / nullif(count(*), 0) as match_rate,
    count(*) filter (where reason = 'excluded_event') as excluded_event_count,
    count(*) filter (where reason = 'api') as api_count,
    count(*) filter (where reason = 'before_tracking') as before_tracking_count,
    count(*) filter (where reason = 'another_source') as another_source_count,
    count(*) filter (where reason = 'another_boundary') as another_boundary_count,
    count(*) filter (where reason = 'device_against_user') as device_against_user_count,
    count(*) filter (where reason = 'events_missing') as events_missing_count,
    count(*) filter (where agreement = 'shifted') as source_timezone_count,
    count(*) filter (
        where agreement != 'matched' and reason is null
    ) as unexplained_count
from session_reconciliation
