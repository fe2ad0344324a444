{#
    chance(key, sides): an integer from 0 to sides - 1, the same for the same key on
    every machine: the first 32 bits of an md5. (random() and hash() may change with
    the thread count or with DuckDB's release; floats with the machine.)
    key: SQL expressions, separated by commas, the first one a word of its own.
#}
{% macro chance(key, sides) -%}
(('0x' || substr(md5(concat_ws('|', {{ key }})), 1, 8))::bigint % ({{ sides }}))
{%- endmacro %}


{#
    pick(items, key): one of the items (a list of texts or integers), by chance(key).
    A Jinja list prints as a DuckDB list.
#}
{% macro pick(items, key) -%}
{{ items }}[1 + {{ chance(key, items | length) }}]
{%- endmacro %}


{#
    sample_songs(): 400 songs: song_id (0 to 399), song, artist, genre, duration
    (seconds). Titles and artists are invented.
#}
{% macro sample_songs() %}
    with artists(artist_id, artist, genre) as (
        values
            (0, 'Velvet Gravel', 'Rock'), (1, 'Mira Oskelund', 'Pop'),
            (2, 'The Paper Lanes', 'Indie'), (3, 'DJ Quarrow', 'Dance'),
            (4, 'Tamsin Overleigh', 'Pop'), (5, 'Harbor & Hound', 'Folk'),
            (6, 'Kilo Sparrow', 'Hip-Hop'), (7, 'Neon Ostrich', 'Dance'),
            (8, 'Adaeze Brightwell', 'Soul'), (9, 'Los Faroles Tibios', 'Latin'),
            (10, 'Quiet Tramway', 'Indie'), (11, 'Emberlock', 'Metal'),
            (12, 'Ravi Sundaresh Trio', 'Jazz'), (13, 'Lumen Parade', 'Pop'),
            (14, 'Old Copper Kettle', 'Folk'), (15, 'Zora Vantine', 'Hip-Hop'),
            (16, 'Sable Orchard', 'Soul'), (17, 'Glasswing Choir', 'Classical'),
            (18, 'Nordlys Arkade', 'Electronic'), (19, 'Pavo & the Peaks', 'Rock'),
    )

    select
        range as song_id,
        {{ ['Silver', 'Late', 'Paper', 'Northern', 'Broken', 'Sunday', 'Hollow',
            'Electric', 'Slow', 'Second', 'Amber', 'Distant', 'Wild', 'Borrowed',
            'Winter', 'Little', 'Golden', 'Empty', 'Velvet', 'Last']
        }}[1 + range // 20] || ' ' ||
        {{ ['Harbour', 'Train', 'Letters', 'Lights', 'Compass', 'Garden', 'Summer',
            'Avenue', 'River', 'Chance', 'Morning', 'Signal', 'Horses', 'Hearts',
            'Window', 'Thunder', 'Hours', 'Stations', 'Skyline', 'Dance']
        }}[1 + range % 20] as song,
        artist,
        genre,
        150 + {{ chance("'duration', range", 130) }} as duration,
    from range(400)
    inner join artists on artist_id = {{ chance("'artist', range", 20) }}
{% endmacro %}


{#
    sample_models(): 18 kinds of device, six a platform: platform, model_number (0 to
    5), make, model, os_version, browser (Web only).
#}
{% macro sample_models() %}
    with models(platform, model_number, make, model, os_version, browser) as (
        values
            ('Android', 0, 'Samsung', 'Galaxy A54', '14', null),
            ('Android', 1, 'Samsung', 'Galaxy S23', '15', null),
            ('Android', 2, 'Xiaomi', 'Redmi Note 12', '13', null),
            ('Android', 3, 'Google', 'Pixel 8', '16', null),
            ('Android', 4, 'OnePlus', 'Nord 3', '14', null),
            ('Android', 5, 'Motorola', 'Moto G84', '13', null),
            ('iOS', 0, 'Apple', 'iPhone 13', '17.6.1', null),
            ('iOS', 1, 'Apple', 'iPhone 14', '18.2', null),
            ('iOS', 2, 'Apple', 'iPhone 15 Pro', '18.5', null),
            ('iOS', 3, 'Apple', 'iPhone SE', '16.7', null),
            ('iOS', 4, 'Apple', 'iPhone 16', '26.1', null),
            ('iOS', 5, 'Apple', 'iPad Air', '18.2', null),
            ('Web', 0, 'Desktop', 'Windows', '11', 'Chrome'),
            ('Web', 1, 'Desktop', 'Windows', '10', 'Edge'),
            ('Web', 2, 'Desktop', 'macOS', '15.2', 'Safari'),
            ('Web', 3, 'Desktop', 'macOS', '14.7', 'Chrome'),
            ('Web', 4, 'Desktop', 'Linux', '6.8', 'Firefox'),
            ('Web', 5, 'Desktop', 'Windows', '11', 'Firefox'),
    )

    select * from models
{% endmacro %}
