-- Every shape of the export, each in a model of its own, on the contract of events.
with

unioned as (
    select * from {{ ref('base_clevertap__json_records') }}
    union all by name
    select * from {{ ref('base_clevertap__flat_rows') }}
    union all by name
    select * from {{ ref('base_clevertap__nested_rows') }}
    union all by name
    select * from {{ ref('base_clevertap__unreadable_lines') }}
),

with_identities as (
    select
        * replace (
            case when not {{ is_blank('identity') }} then identity end as identity
        ),
        case when not {{ is_blank('object_id') }} then object_id end as device_id,
        case
            when not {{ is_blank('all_identities') }}
                then coalesce({{ first_of_list('all_identities') }}, email)
            else email
        end as other_identity
    from unioned
),

with_local_times as (
    select
        *,
        case
            when regexp_full_match(local_time, '[0-9]{14}')
                then try_strptime(local_time, '%Y%m%d%H%M%S')
        end as local_at
    from with_identities
),

with_times as (
    select
        *,
        case
            when {{ is_blank('local_time') }} then unix_time else local_time
        end as event_at_text,
        case
            when not {{ is_blank('local_time') }}
                then {{ local_to_utc('local_at', var('source_timezone')) }}
            when regexp_full_match(unix_time, '[0-9]{1,11}')
                then make_timestamp(unix_time::bigint * 1000000)
        end as event_at
    from with_local_times
)

select
    slice,
    is_unreadable,
    null::varchar as event_id,
    coalesce({{ users_by_preference() }}) as user_id,
    coalesce(identity, other_identity) as identity,
    device_id,
    case
        when {{ is_blank('event_name') }} then file_event_name
        else event_name
    end as event_name,
    event_at,
    case
        when event_at is null and not {{ is_blank('event_at_text') }} then event_at_text
    end as unreadable_event_at,
    {{ is_time_ambiguous('local_at', var('source_timezone')) }} as is_time_ambiguous,
    source,
    platform,
    null::varchar as app_id,
    campaign_type,
    properties,
    loaded_at
from with_times
