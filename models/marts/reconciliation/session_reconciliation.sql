with

reasons as (
    select
        comparison_id,
        case
            when bool_or(event_count = 0) then 'events_missing'
            when bool_or(is_unseen) then 'another_source'
            when bool_or(is_early and not is_ours) then 'before_tracking'
            when bool_or(is_api and not is_ours) then 'api'
            when bool_or(not is_shared) then 'excluded_event'
            when bool_or(device_count > 1) then 'device_against_user'
            when bool_or(is_bridged_by_api) then 'api'
            when bool_or(is_bridged_by_excluded) then 'excluded_event'
            when bool_or(has_others_beside) then 'another_boundary'
        end as reason
    from {{ ref('int_bounds_with_evidence') }}
    group by comparison_id
)

select
    sessions.comparison_id,
    sessions.agreement,
    case
        when sessions.agreement = 'shifted'
            then {{ time_shift_in_words('sessions.time_shift_seconds') }}
        else reasons.reason
    end as reason,
    sessions.user_id,
    sessions.ct_session_id,
    sessions.vendor_session_id,
    sessions.session_started_at,
    sessions.session_ended_at,
    sessions.session_length_seconds
from {{ ref('int_sessions_side_by_side') }} as sessions
left join reasons on sessions.comparison_id = reasons.comparison_id
-- a session that is still open is no disagreement yet
where sessions.is_concluded or sessions.agreement in ('matched', 'shifted')
