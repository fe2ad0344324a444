{#
    sample_export(): the lines of a sample event export as CleverTap writes it, of an
    invented music app, 2026-01-01 to 2026-03-03 (UTC), the same on every machine:
    file_name (text, no folder), line_number (bigint, from 1, unique in a file), line
    (text, one JSON object but for a few broken ones).
#}
{% macro sample_export() %}
    with songs as (
        {{- sample_songs() }}
    ),

    users as (
        {{- sample_users() }}
    ),

    devices as (
        {{- sample_devices() }}
    ),

    sessions as (
        {{- sample_sessions() }}
    ),

    events as (
        {{- sample_session_events() }}
        union all
        select * from ({{ sample_account_events() }})
        union all
        select * from ({{ sample_campaign_events() }})
        union all
        select * from ({{ sample_api_events() }})
    ),

    -- The last run exports day 61 at 21:00, while some sessions still go on.
    exported_events as (
        select
            *,
            second // 86400 as day,
            coalesce(events.source, devices.source) as ct_source,
            -- A new version every 16 days; each user takes some days to update.
            ['5.1.4', '5.2.0', '5.2.1', '5.3.0', '5.3.1'][
                1 + (day + {{ chance("'update', user_id", 15) }}) // 16
            ] as version,
            ct_source = 'Mobile' and {{ chance("'offline', user_id, day", 12) }} = 0
                as offline,
        from events
        inner join devices using (user_id, device_number)
        where second between 0 and 61 * 86400 + 21 * 3600 - 1
    ),

    vendor_events as (
        {{- sample_vendor_events() }}
    ),

    described_events as (
        select
            second,
            event_name,
            user_id,
            device_number,
            offline,
            ct_source = 'API' as is_api,
            json_merge_patch(
                json_object(
                    'CT Source', ct_source,
                    'CT App Version', if(ct_source = 'Mobile', version, null),
                    'CT Session Id', 1767225600 + vendor_second
                ),
                props
            ) as props,
        from vendor_events
        where not is_lost
        union all by name
        select
            *,
            false as offline,
            false as is_api,
        from ({{ sample_vendor_sessions() }})
    ),

    usable_lines as (
        select
            second // 86400 as day,
            event_name,
            offline,
            json_object(
                'ts', strftime(
                    timestamp '2026-01-01' + to_seconds(second), '%Y%m%d%H%M%S'
                )::bigint,
                'eventName', event_name,
                'profile', profile,
                'deviceInfo', if(is_api, json_object(), device_info),
                'eventProps', json_merge_patch('{}', props)
            )::text as line,
        from described_events
        inner join devices using (user_id, device_number)
    ),

    unusable_lines as (
        {{- sample_unusable_lines() }}
    ),

    -- On these days some phones were offline: their events come days later.
    late_days(day, late_run_day) as (
        values (4, 7), (11, 15), (17, 19), (30, 33), (37, 40), (52, 55)
    ),

    first_lines as (
        select
            day,
            event_name,
            line,
            if(offline, coalesce(late_run_day, day), day) as run_day,
        from usable_lines
        left join late_days using (day)
    ),

    -- An export repeats itself: a line twice in its file, or again in a later run's.
    all_lines as (
        select day, event_name, line, run_day from first_lines
        union all
        select day, event_name, line, run_day from first_lines
        where {{ chance("'twice', line", 300) }} = 0
        union all
        select day, event_name, line, late_run_day from first_lines
        inner join late_days using (day)
        where {{ chance("'again', line", 40) }} = 0
        union all
        select day, event_name, line, day from unusable_lines
    ),

    -- Ordered by the text itself: lines that are equal may change places unseen.
    placed_lines as (
        select
            *,
            row_number() over (partition by run_day, event_name, day order by line) - 1
                as place,
            -- At ten past two of the next day, in Unix seconds.
            1767225600 + if(
                run_day = 61,
                61 * 86400 + 21 * 3600,
                (run_day + 1) * 86400 + 7800 + {{ chance("'run', run_day", 200) }}
            ) as run,
        from all_lines
    )

    -- A file holds up to 1,500 lines; the next ones go to a file with the next index.
    select
        concat_ws(
            '-', 1714112417, run, replace(event_name, ' ', '_'),
            strftime(date '2026-01-01' + day::integer, '%Y%m%d'), place // 1500,
            'tunebox'
        ) || '.json.gz' as file_name,
        1 + place % 1500 as line_number,
        line,
    from placed_lines
{% endmacro %}
