{#
    sample_unusable_lines(): lines of which no event can be made, or only with the event's
    name from the file's: day (since
    2026-01-01) and event_name of the file they are in, line (text).
#}
{% macro sample_unusable_lines() %}
    -- ts, eventName and profile as they stand in the line.
    with parts(day, event_name, ts, name, profile) as (
        values
            -- No user.
            (2, 'Song Played', '20260103101500', '"Song Played"', '{}'),
            (9, 'Search', '20260110183012', '"Search"', '{"platform": "iOS"}'),
            (21, 'App Launched', '20260122070809', '"App Launched"', 'null'),
            (33, 'Song Played', '20260203213344', '"Song Played"', '{"identity": ""}'),
            (40, 'Song Liked', '20260210121314', '"Song Liked"', '{"identity": "  "}'),
            -- No event name: the file's counts.
            (5, 'App Launched', '20260106091011', '""', '{"identity": "u-000012"}'),
            (18, 'App Launched', '20260119174501', '"  "', '{"identity": "u-000340"}'),
            (29, 'Search', '20260130200406', 'null', '{"identity": "u-001207"}'),
            -- No time.
            (7, 'Song Played', 'null', '"Song Played"', '{"identity": "u-000077"}'),
            (14, 'Page Viewed', '"n/a"', '"Page Viewed"', '{"identity": "u-000801"}'),
            (26, 'Search', '"n/a"', '"Search"', '{"identity": "u-002110"}'),
            (38, 'Song Played', '""', '"Song Played"', '{"identity": "u-000456"}'),
            -- A time that is impossible.
            (11, 'Song Played', '20260230101010', '"Song Played"',
                '{"identity": "u-000009"}'),
            (24, 'App Launched', '20260125256199', '"App Launched"',
                '{"identity": "u-001999"}'),
            -- A clock that was never set, or runs a day or more ahead of the run.
            (16, 'App Launched', '19700101000312', '"App Launched"',
                '{"identity": "u-000613"}'),
            (31, 'Song Played', '19700101010000', '"Song Played"',
                '{"identity": "u-000614"}'),
            (20, 'Song Played', '20260123093000', '"Song Played"',
                '{"identity": "u-001501"}'),
            (36, 'App Launched', '20260208184500', '"App Launched"',
                '{"identity": "u-000288"}'),
    )

    select
        day,
        event_name,
        '{"ts":' || ts || ',"eventName":' || name || ',"profile":' || profile
            || ',"deviceInfo":{},"eventProps":{"CT Source":"Mobile"}}' as line,
    from parts

    union all

    -- Lines that break off, and one without the keys.
    select *
    from (
        values
            (8, 'Song Played', '{"ts":20260109201133,"eventName":"Song Played","profi'),
            (27, 'Search', '{"ts":20260128080'),
            (42, 'Song Played', '{"ts":20260212223344,"eventName":"Song Pl'),
            (35, 'App Launched', '{"profile":{"identity":"u-000700"},"eventProps":{}}'),
    )
{% endmacro %}
