{#
    sample_vendor_events(): exported_events, with the second at which the vendor's session
    of the event started (null where it counts for none) and whether the event got lost on
    its way into the export. The vendor cuts by device. It differs from the rules in a few
    users, so that each kind of disagreement is there: it counts clicks of theirs, or what
    the API pushed, leaves out views of messages, or waits for 30 minutes.
#}
{% macro sample_vendor_events() %}
    with counted_events as (
        select
            *,
            if(user_id % 101 = 1, 1800, 1200) as timeout,
            (ct_source != 'API' or user_id % 29 = 5)
            and (
                event_name not in (
                    'App Installed', 'App Uninstalled', 'Notification Sent',
                    'Notification Clicked', 'UTM Visited', 'Identity Set',
                    'Identity Reset', 'Identity Error'
                )
                or (event_name = 'Notification Clicked' and user_id % 23 = 2)
            )
            and not (event_name = 'Notification Viewed' and user_id % 19 = 3) as is_counted,
            is_counted and {{ chance("'lost', user_id, second, event_name", 4000) }} = 0
                as is_lost,
        from exported_events
    ),

    started_events as (
        select
            *,
            if(
                is_counted and coalesce(
                    second - lag(second) over (
                        partition by user_id, device_number, is_counted
                        order by second, event_name
                    ) >= timeout,
                    true
                ),
                second,
                null
            ) as started_second,
        from counted_events
    )

    select
        * exclude (started_second),
        if(
            is_counted,
            max(started_second) over (
                partition by user_id, device_number, is_counted order by second
            ),
            null
        ) as vendor_second,
    from started_events
{% endmacro %}


{#
    sample_vendor_sessions(): the vendor's Session Concluded events: columns as
    sample_session_events(). Reads vendor_events.
#}
{% macro sample_vendor_sessions() %}
    select
        max(second) as second,
        'Session Concluded' as event_name,
        user_id,
        device_number,
        json_object(
            'Session Length', max(second) - vendor_second,
            'Session Id', 1767225600 + vendor_second
        ) as props,
    from vendor_events
    where vendor_second is not null
    group by user_id, device_number, vendor_second
    having max(second + timeout) <= 61 * 86400 + 21 * 3600
{% endmacro %}
