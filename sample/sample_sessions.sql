{#
    sample_sessions(): one row a session as planned: session_id, user_id, device_count,
    platform (of the first device), start_second (seconds since 2026-01-01 00:00:00
    UTC) and steps (its number of events). Reads users.
#}
{% macro sample_sessions() %}
    -- Three times a day at which a user may come: morning, noon, evening. They lie so
    -- far apart that a user's sessions hardly ever overlap.
    with times(slot, from_hour, hours, percent) as (
        values (0, 6, 4, 22), (1, 11, 5, 30), (2, 17, 5, 48)
    ),

    -- From day -1, for sessions which run over the midnight before the first day.
    days as (
        select
            range as day,
            -- Monday to Sunday; day 0 is a Thursday.
            [92, 90, 92, 96, 110, 132, 124][1 + (range + 3) % 7] as weekday_percent,
            100 + range // 4 as growth_percent,
        from range(-1, 62)
    ),

    visits as (
        select *
        from users
        inner join days on day between joined_day and left_day
        cross join times
        -- Out of 10^9: per mille times three percentages.
        where {{ chance("'visit', user_id, day, slot", 1000000000) }}
            < visits_per_mille * weekday_percent * growth_percent * percent
    )

    select
        concat_ws('-', user_id, day, slot) as session_id,
        user_id,
        device_count,
        platform,
        day * 86400 + from_hour * 3600 + habit
            + {{ chance("'start', user_id, day, slot", 'hours * 3600') }}
            as start_second,
        {{ pick([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8, 10,
            13, 20], "'size', user_id, day, slot") }} as size,
        -- Some spread, and one session in fifty is much longer than planned.
        {{ chance("'more', user_id, day, slot", 1500) }} as more,
        size + {{ chance("'spread', user_id, day, slot", 'size') }} // 2
            + if(more < 30, 12 + more, 0) as steps,
    from visits
{% endmacro %}


{#
    sample_session_events(): one row an event inside a session: second (since
    2026-01-01), event_name, user_id, device_number, source (null: the device's),
    props (JSON). Reads sessions, songs.
#}
{% macro sample_session_events() %}
    with steps as (
        select
            *,
            range as step,
            -- Who has two devices may go on with the other one after eight events.
            device_count = 2 and {{ chance("'device', session_id, range // 8", 3) }} = 0
                as on_second_device,
            -- A popular song is played much more often than a rare one.
            {{ chance("'song', session_id, range", 400) }}
                * {{ chance("'taste', session_id, range", 400) }} // 400 as song_id,
        from sessions
        inner join range(80) on range < sessions.steps
    ),

    -- Seconds without any event before a step: mostly none, sometimes up to 15 minutes,
    -- seldom more than 20, which ends one session and begins another.
    rested_steps as (
        select
            *,
            case
                when step = 0 then 0
                when {{ chance("'away', session_id, step", 250) }} = 0
                    then 1210 + {{ chance("'away for', session_id, step", 1190) }}
                when {{ chance("'rest', session_id, step", 40) }} = 0
                    then 240 + {{ chance("'rest for', session_id, step", 660) }}
                else 0
            end as rest_before,
        from steps
    ),

    named_steps as (
        select
            *,
            {{ chance("'event', session_id, step", 100) }} as roll,
            platform = 'Web' and not on_second_device as on_web,
            case
                when step = 0 or rest_before > 1200 then 'App Launched'
                when roll < 9 then 'Search'
                when roll < 15 then 'Song Liked'
                when roll < 17 then 'Playlist Created'
                when on_web and (step = 1 or roll < 30) then 'Page Viewed'
                else 'Song Played'
            end as event_name,
        from rested_steps
    ),

    paced_steps as (
        select
            *,
            {{ chance("'after', session_id, step", 1000) }} as after_roll,
            case event_name
                when 'App Launched' then 3 + after_roll // 30
                when 'Search' then 5 + after_roll // 25
                when 'Song Liked' then 20 + after_roll // 10
                when 'Playlist Created' then 20 + after_roll // 15
                when 'Page Viewed' then 8 + after_roll // 9
                -- One song in eight is skipped.
                when 'Song Played' then if(after_roll < 125, 15 + after_roll, duration)
            end as seconds_after,
        from named_steps
        inner join songs using (song_id)
    )

    select
        start_second - seconds_after + sum(rest_before + seconds_after) over (
            partition by session_id order by step rows unbounded preceding
        )::bigint as second,
        event_name,
        user_id,
        on_second_device::integer as device_number,
        null as source,
        case
            when event_name in ('Song Played', 'Song Liked') then json_object(
                'Song', song, 'Artist', artist, 'Genre', genre, 'Duration', duration
            )
            when event_name = 'Search' then json_object('Query', lower(artist))
            when event_name = 'Page Viewed' then json_object(
                'Page', {{ pick(['/home', '/browse', '/charts', '/library', '/account'],
                    "'page', session_id, step") }}
            )
            when event_name = 'Playlist Created'
                then json_object('Playlist', 'My ' || genre || ' mix')
            else json_object()
        end as props,
    from paced_steps
{% endmacro %}
