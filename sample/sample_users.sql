{#
    sample_users(): one row a user: user_id, kind (which fields of the profile name
    this user), device_count (1 or 2), platform (of the first device),
    visits_per_mille (a day's visits on average, times 1000), habit (seconds by which
    the user's day is later than others'), joined_day and left_day. Days count from
    2026-01-01 = 0; who was there before joined on day -1, who stays leaves on day 99.
#}
{% macro sample_users() %}
    with kinds as (
        select
            range as user_id,
            case
                when range % 400 = 7 then 'email only'
                when range % 400 = 107 then 'all_identities only'
                when {{ chance("'kind', range", 100) }} < 18 then 'anonymous'
                else 'identified'
            end as kind,
            greatest(-1, {{ chance("'joined', range", 217) }} - 155) as joined_day,
        from range(3200)
    )

    select
        user_id,
        kind,
        if(kind = 'identified' and {{ chance("'second', user_id", 7) }} = 0, 2, 1)
            as device_count,
        {{ pick(['Android', 'Android', 'Android', 'Android', 'Android', 'iOS', 'iOS',
            'iOS', 'Web', 'Web'], "'platform', user_id") }} as platform,
        -- One divided by a uniform number has a heavy tail: most come once or twice a
        -- month, a few daily.
        38000 // (45 + {{ chance("'active', user_id", 1000) }})
            // if(kind = 'anonymous', 2, 1) as visits_per_mille,
        3600 * {{ pick([0, 0, 1, 1, 1, 2, 2, 3, 5, 9], "'habit', user_id") }}
            + {{ chance("'minute', user_id", 3600) }} as habit,
        joined_day,
        if(
            {{ chance("'leaves', user_id", 10) }} = 0,
            joined_day + 3 + {{ chance("'left', user_id", 50) }},
            99
        ) as left_day,
    from kinds
{% endmacro %}


{#
    sample_devices(): one row a device of a user: user_id, kind, device_number (0 or
    1), platform, source ("Mobile" or "Web"), and the JSON objects profile and
    device_info which all its events carry. Reads users.
#}
{% macro sample_devices() %}
    with models as (
        {{- sample_models() }}
    ),

    owned_devices as (
        select
            user_id,
            range as device_number,
            case
                when range = 0 then users.platform
                when users.platform = 'Web' then 'Android'
                else 'Web'
            end as platform,
            {{ chance("'model', user_id, range", 6) }} as model_number,
            md5(concat_ws('|', 'object', user_id, range)) as object_id,
        from users
        inner join range(2) on range < device_count
    ),

    people as (
        select
            user_id,
            kind,
            'u-' || lpad(user_id::text, 6, '0') as identity,
            {{ pick(['Alva', 'Bruno', 'Chidi', 'Dalia', 'Emre', 'Farah', 'Goran',
                'Hanna', 'Ines', 'Jonas', 'Keiko', 'Lior', 'Maren', 'Nadia', 'Otis',
                'Priya'], "'first', user_id") }} as first_name,
            {{ pick(['Abendal', 'Brickwood', 'Corvane', 'Dunmarsh', 'Eskeland',
                'Ferrowby', 'Grainholm', 'Hollowell', 'Ivarsen', 'Jessop', 'Kestrow',
                'Lindqvale'], "'last', user_id") }} as last_name,
            lower(first_name || '.' || last_name) || user_id || '@example.com' as email,
        from users
    )

    select
        user_id,
        kind,
        device_number,
        platform,
        if(platform = 'Web', 'Web', 'Mobile') as source,
        json_object(
            'identity', if(kind = 'identified', identity, null),
            'objectId', if(kind in ('identified', 'anonymous'), object_id, null),
            'all_identities', case kind
                when 'identified' then [identity, email]
                when 'all_identities only' then [identity]
            end,
            'name', if(kind = 'identified', first_name || ' ' || last_name, null),
            'email', if(kind in ('identified', 'email only'), email, null),
            'platform', platform
        ) as profile,
        json_object(
            'make', make, 'model', model, 'osVersion', os_version, 'browser', browser
        ) as device_info,
    from owned_devices
    inner join people using (user_id)
    inner join models using (platform, model_number)
{% endmacro %}
