-- The values of the export, found by name: the exact name, else the name in another
-- case.
{% set user_structure %}{
    "identity": "VARCHAR", "clevertapId": "VARCHAR", "objectId": "VARCHAR",
    "all_identities": "VARCHAR", "email": "VARCHAR", "phone": "VARCHAR",
    "platform": "VARCHAR"
}{% endset %}
{% set property_names %}{
    "CT Source": "VARCHAR", "Campaign type": "VARCHAR",
    "CT Session Id": "VARCHAR", "Session Id": "VARCHAR"
}{% endset %}

with

with_objects as (
    select
        *,
        {{ object_in('identity') }} as identity_object,
        {{ object_in('profile') }} as profile_object,
        {{ object_in('device_info') }} as device_object,
        {{ object_in('properties') }} as properties_object
    from {{ ref('base_clevertap__records') }}
),

with_values as (
    select
        *,
        json_transform(identity_object, '{{ user_structure }}') as identity_values,
        json_transform(profile_object, '{{ user_structure }}') as profile_values,
        json_transform(device_object, '{"platform": "VARCHAR"}') as device_values,
        json_transform(properties_object, '{{ property_names }}') as property_values
    from with_objects
),

-- the user is found by names in the order of docs/sources.md, not by the order of keys
with_users as (
    select
        *,
        coalesce(
            mapped_user_id,
            {{ json_value('identity_values', 'identity_object', 'identity') }},
            {{ json_value('profile_values', 'profile_object', 'identity') }},
            -- an account may give its own identity any name
            {{ first_json_value('identity_object', "lower(key) not in ('clevertapid',"
                ~ " 'objectid', 'all_identities', 'email', 'phone', 'platform')") }},
            case when profile_object is null then profile end,
            case when identity_object is null then identity end
        ) as own_identity,
        coalesce(
            {{ json_value('identity_values', 'identity_object', 'clevertapId') }},
            {{ json_value('profile_values', 'profile_object', 'clevertapId') }},
            {{ json_value('identity_values', 'identity_object', 'objectId') }},
            {{ json_value('profile_values', 'profile_object', 'objectId') }}
        ) as own_device_id,
        coalesce(
            {{ json_value('identity_values', 'identity_object', 'all_identities') }},
            {{ json_value('profile_values', 'profile_object', 'all_identities') }}
        ) as all_identities,
        coalesce(
            {{ json_value('identity_values', 'identity_object', 'email') }},
            {{ json_value('profile_values', 'profile_object', 'email') }},
            {{ json_value('identity_values', 'identity_object', 'phone') }},
            {{ json_value('profile_values', 'profile_object', 'phone') }}
        ) as email_or_phone
    from with_values
)

select
    slice,
    mapped_event_id as event_id,
    mapped_app_id as app_id,
    loaded_at,
    file_event_name,
    is_unreadable,
    event_name,
    local_time,
    unix_time,
    {{ first_of_json_list('own_identity') }} as identity,
    own_device_id as device_id,
    {{ first_of_list('all_identities') }} as first_identity,
    email_or_phone,
    coalesce(
        mapped_platform,
        {{ json_value('profile_values', 'profile_object', 'platform') }},
        {{ json_value('device_values', 'device_object', 'platform') }}
    ) as platform,
    coalesce(
        mapped_source,
        {{ json_value('property_values', 'properties_object', 'CT Source') }}
    ) as source,
    coalesce(
        mapped_campaign_type,
        {{ json_value('property_values', 'properties_object', 'Campaign type') }}
    ) as campaign_type,
    {{ json_value('property_values', 'properties_object', 'CT Session Id') }}
        as ct_session_id,
    {{ json_value('property_values', 'properties_object', 'Session Id') }}
        as session_id,
    properties
from with_users
