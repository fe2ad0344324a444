{#
    sample_account_events(): the events around sessions which are no use of the app:
    installs, uninstalls, links, log-ins; columns as sample_session_events(). Reads
    users, sessions.
#}
{% macro sample_account_events() %}
    with links(event_name, per_mille, web_only) as (
        values
            ('UTM Visited', 250, true),
            ('Identity Set', 25, false),
            ('Identity Reset', 12, false),
            ('Identity Error', 4, false),
    ),

    lives as (
        select
            user_id,
            min(start_second) as first_second,
            max(start_second) as last_second,
        from sessions
        group by all
    )

    select
        start_second - {{ chance("'before', session_id, event_name", 90) }} as second,
        event_name,
        user_id,
        0 as device_number,
        null as source,
        if(
            event_name = 'UTM Visited',
            json_object('UTM Source', {{ pick(['newsletter', 'search', 'social',
                'partner'], "'utm', session_id") }}),
            json_object()
        ) as props,
    from sessions
    inner join links on platform = 'Web' or not web_only
    where {{ chance("'link', session_id, event_name", 1000) }} < per_mille

    union all

    select
        first_second - 20 - {{ chance("'install', user_id", 300) }},
        'App Installed', user_id, 0, null, json_object(),
    from lives
    inner join users using (user_id)
    where joined_day >= 0 and platform <> 'Web'

    union all

    select
        last_second + 10800 + {{ chance("'uninstall', user_id", 86400) }},
        'App Uninstalled', user_id, 0, null, json_object(),
    from lives
    inner join users using (user_id)
    where left_day < 62 and platform <> 'Web'
{% endmacro %}


{#
    sample_campaign_events(): the events of messages sent to devices: columns as
    sample_session_events(). Reads devices.
#}
{% macro sample_campaign_events() %}
    with channels(channel, campaign_type, on_platform) as (
        values
            (1, 'Mobile Push - Android', 'Android'),
            (2, 'Mobile Push - iOS', 'iOS'),
            (3, 'Web Push', 'Web'),
            (4, 'Email', null),
    ),

    -- What becomes of 100 messages, and within how many seconds. A message that is
    -- clicked was also viewed.
    outcomes(event_name, percent, within) as (
        values
            ('Notification Sent', 100, 1),
            ('Push Impressions', 55, 120),
            ('Notification Viewed', 24, 5400),
            ('Notification Clicked', 8, 14400),
    ),

    -- One campaign a day and channel, on Tuesdays and Fridays a large one.
    campaigns as (
        select
            *,
            range as day,
            1767000000 + range * 10 + channel as campaign_id,
            if((range + 3) % 7 in (1, 4), 60, 15) as reach_per_mille,
        from range(62)
        cross join channels
    ),

    messages as (
        select
            *,
            {{ chance("'fate', campaign_id, user_id, device_number", 100) }} as fate,
            day * 86400 + 16 * 3600
                + {{ chance("'sent', campaign_id, user_id", 2400) }} as sent_second,
        from campaigns
        inner join devices
            on platform = on_platform
            or (channel = 4 and device_number = 0 and kind = 'identified')
        where {{ chance("'reach', campaign_id, user_id, device_number", 1000) }}
            < reach_per_mille
    )

    select
        sent_second
            + {{ chance("'delay', campaign_id, user_id, event_name", 'within') }}
            as second,
        event_name,
        user_id,
        device_number,
        null as source,
        json_object(
            'Campaign type', campaign_type, 'Campaign id', campaign_id
        ) as props,
    from messages
    inner join outcomes
        on fate < percent
        and not (event_name = 'Push Impressions' and channel = 4)
{% endmacro %}


{#
    sample_api_events(): the events that a billing server pushes through the API:
    columns as sample_session_events(). Reads users.
#}
{% macro sample_api_events() %}
    with charges as (
        select
            user_id,
            range * 86400 + 3 * 3600 + {{ chance("'charged', user_id, range", 9000) }}
                as second,
        from users
        inner join range(62)
            -- Every 30 days.
            on range % 30 = {{ chance("'billing', user_id", 30) }}
            and range between joined_day and left_day
        where kind = 'identified' and {{ chance("'subscriber', user_id", 4) }} = 0
    )

    select
        second,
        'Charged' as event_name,
        user_id,
        0 as device_number,
        'API' as source,
        json_object('Amount', 999, 'Currency', 'EUR', 'Plan', 'Premium') as props,
    from charges

    union all

    -- A few charges fail to renew anything.
    select
        second + 2, 'Subscription Renewed', user_id, 0, 'API',
        json_object('Plan', 'Premium', 'Period days', 30),
    from charges
    where {{ chance("'renewed', user_id, second", 100) }} < 94
{% endmacro %}
