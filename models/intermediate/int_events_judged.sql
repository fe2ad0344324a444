{{ config(pre_hook="{{ check_rule_set(ref('excluded_events')) }}") }}

-- Each raw row judged alone: why it cannot be used, or whether it counts for a session.
with

forgotten_users as (
    select
        max(salt) as salt,
        array_agg(user_hash) as user_hashes
    from {{ source('stored', 'forgotten_users') }}
),

-- R3: the excluded events of the chosen rule set
exclusion_rules as (
    select
        event_name,
        bool_or(
            campaign_type = '*' or {{ is_blank('campaign_type') }}
        ) as is_every_campaign_type,
        array_agg({{ plain('campaign_type') }}) as campaign_types
    from {{ ref('excluded_events') }}
    where rule_set = '{{ var("exclusion_rule_set") }}'
    group by event_name
),

events_with_users as (
    select
        {{ all_but(['is_forgotten'], 'events') }},
        coalesce(events.is_forgotten, false)
        or {{ is_of_forgotten_user('events', 'forgotten_users') }} as is_forgotten
    from {{ ref('int_events_unioned') }} as events
    cross join forgotten_users
),

events_with_reasons as (
    select
        *,
        case
            when is_forgotten then null
            when is_unreadable then 'unreadable_row'
            when {{ is_blank('user_id') }} then 'missing_user'
            when {{ is_blank('event_name') }} then 'missing_event_name'
            when event_at is null and unreadable_event_at is null then 'missing_time'
            when event_at is null or unreadable_loaded_at is not null
                then 'unreadable_time'
            when {{ is_out_of_range('event_at', 'loaded_at') }} then 'time_out_of_range'
        end as rejection_reason
    from events_with_users
),

events_with_rules as (
    select
        events_with_reasons.*,
        exclusion_rules.is_every_campaign_type,
        exclusion_rules.campaign_types
    from events_with_reasons
    left join exclusion_rules
        on events_with_reasons.event_name = exclusion_rules.event_name
),

events_with_dispositions as (
    select
        *,
        case
            when is_forgotten then 'forgotten'
            when rejection_reason is not null then 'rejected'
            when {{ is_vendor_session('event_name') }} then 'vendor_session'
            when {{ is_before_tracking('event_at') }} then 'before_tracking'  -- R11
            -- R2: upper and lower case are the same, white space around it is ignored
            when
                {{ is_match(
                    'source',
                    '(?i)[' ~ white_space() ~ ']*api[' ~ white_space() ~ ']*'
                ) }}
                then 'api'
            -- R3: an event without a campaign type does not match a rule that has one
            when
                is_every_campaign_type
                or {{ begins_with_one_of(plain('campaign_type'), 'campaign_types') }}
                then 'excluded'
            else 'session'
        end as disposition
    from events_with_rules
),

events_with_ids as (
    select
        *,
        case
            when
                not {{ has_no_event('disposition') }} and {{ is_blank('event_id') }}
                then {{ generated_event_id() }}
        end as generated_event_id
    from events_with_dispositions
)

select
    if(
        {{ has_no_event('disposition') }},
        {{ key_without_event() }},
        {{ hash_of(['user_id', used_event_id()]) }}
    ) as event_key,
    if(
        {{ has_no_event('disposition') }},
        0,
        {{ quotient(epoch_microseconds('event_at'), timeout_microseconds()) }}
    ) as event_slot,
    slice,
    disposition,
    rejection_reason,
    event_id,
    generated_event_id,
    user_id,
    identity,
    device_id,
    is_fallback_identity,
    event_name,
    event_at,
    unreadable_event_at,
    unreadable_loaded_at,
    coalesce(is_time_ambiguous, false) as is_time_ambiguous,
    source,
    platform,
    app_id,
    campaign_type,
    {{ vendor_session_id() }} as vendor_session_id,
    properties,
    loaded_at
from events_with_ids
