-- The raw rows of the log, as their sources staged them. It has rows only if this run
-- builds from the log (variable rebuild_from): the models below judge these rows again.
with

logged_events as (
    select * from {{ source('stored', 'events_to_judge_again') }}
)

select
    slice,
    coalesce(rejection_reason = 'unreadable_row', false) as is_unreadable,
    disposition = 'forgotten' as is_forgotten,
    event_id,
    -- other sources choose the user themselves
    case
        when is_fallback_identity is not null then {{ user_of_identities() }}
        else user_id
    end as user_id,
    identity,
    device_id,
    is_fallback_identity,
    event_name,
    event_at,
    unreadable_event_at,
    unreadable_loaded_at,
    is_time_ambiguous,
    source,
    platform,
    app_id,
    campaign_type,
    vendor_session_id,
    properties,
    loaded_at
from logged_events
where disposition != 'withdrawn'
