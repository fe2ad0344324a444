select {{ epoch_microseconds("timestamp '2026-01-31 18:59:59.999999'") }} -- 1769885999999999
select {{ epoch_microseconds("timestamp '1969-12-31 23:59:59.5'") }} -- -500000
select {{ utc_to_local("timestamp '2026-01-31 18:59:59.5'", 'Asia/Kolkata') }} -- 2026-02-01 00:29:59.5
select {{ local_to_utc("timestamp '2026-03-29 02:30:00'", 'Europe/Berlin') }} -- 2026-03-29 01:30:00
select {{ local_to_utc("timestamp '2026-10-25 02:30:00'", 'Europe/Berlin') }} -- 2026-10-25 01:30:00
select {{ local_to_utc("timestamp '2026-04-05 01:45:00'", 'Australia/Lord_Howe') }} -- 2026-04-04 15:15:00
select {{ local_to_utc("timestamp '2026-10-25 01:30:00'", 'Antarctica/Troll') }} -- 2026-10-25 01:30:00
select {{ text_to_utc("'2026-01-31 18:59:59.5+02:00'") }} -- 2026-01-31 16:59:59.5
select {{ text_to_utc("'2026-02-31'") }} -- None
select {{ text_to_utc("'2026-03-29T10:30Z'") }} -- 2026-03-29 10:30:00
select {{ text_to_utc("'2026-03-29  10:30+02:00'") }} -- 2026-03-29 08:30:00
select {{ text_to_utc("'2026-01-31 18'") }} -- None
select {{ text_to_utc("'2026-01-31 '") }} -- None
select {{ text_to_utc("concat('2026-01-31 18:30:00', chr(10))") }} -- None
select {{ text_to_utc("'tomorrow'") }} -- None
select {{ text_to_utc("'10:00'") }} -- None
select {{ whole_second("timestamp '2026-01-31 18:59:59.999999'") }} -- 2026-01-31 18:59:59
select {{ hour_as_text("timestamp '2026-01-31 18:59:59.999999'") }} -- 2026-01-31T18
select {{ weekday_of("date '2026-02-01'") }} -- 7
select {{ days_between("date '2026-02-27'", "date '2026-03-01'") }} -- 2
select max(day) from (select {{ rows_of_days("date '2026-01-01'", "date '2026-01-20'", step=7) }} as day) as days -- 2026-01-15
select count(*) from (select {{ rows_of_days("date '2026-01-02'", "date '2026-01-01'") }} as day) as days -- 0
select {{ end_of_times() }} > timestamp '9999-12-31 23:59:59' -- true
select timestamp '2300-01-01' - {{ seconds("(9999999999)::bigint") }} -- 1983-02-11 06:13:21
select {{ is_minus_infinity("timestamp '2000-01-01'") }} -- false
select {{ now_utc() }} > timestamp '2026-01-01' -- true
select {{ quotient('1199999999', 1200000000) }} -- 0
select {{ quotient('7', 2) }} -- 3
select {{ rounded("109.5::double") }} -- 110
select {{ rounded("110.5::double") }} -- 110
select {{ rounded("110.6::double") }} -- 111
select sum(number) from {{ numbers(1, 4) }} as numbers (number) -- 10
select {{ literal("it's \\ so") }} -- it's \ so
select {{ literal("${env:HOME}") }} -- ${env:HOME}
select {{ plain("'Mobİle-Push'") }} -- mobilepush
select {{ usable_session_id("concat(chr(160), '1769947200.0', chr(10))") }} -- 1769947200
select {{ usable_session_id("concat('-5', chr(10))") }} -- None
select {{ has_match("'a.b'", '[.]') }} -- true
select {{ is_match("concat('ab', chr(10))", 'ab') }} -- false
select {{ is_match("'AB'", '(?i)a|ab') }} -- true
select {{ with_replaced("'a-b-c'", '-(b)', '+\\1') }} -- a+b-c
select {{ begins_with_one_of("'push'", 'beginnings') }} from (select array_agg(beginning) as beginnings from (values ('x'), ('pu')) as texts (beginning)) as arrays -- true
select {{ sorted_texts('text') }} from (values ('b'), ('a'), ('a')) as texts (text) -- a, a, b
select {{ json_property('CT Session Id') }} from (values ('{"CT Session Id": "7"}')) as events (properties) -- 7
select {{ json_property('a') }} from (values ('no')) as events (properties) -- None
select {{ json_property('a') }} from (values ('{"a": 1769947200.0}')) as events (properties) -- 1769947200.0
select {{ json_property('a') }} from (values ('{"a": 109.25}')) as events (properties) -- 109.25
select {{ hash_of(["'a'", "1"]) }} = {{ hash_of(["'a'", "1"]) }} -- true
select {{ hash_of(["'a'", "1"]) }} in ({{ hash_of(["'a'", "2"]) }}, {{ hash_of(["'b'", "1"]) }}) -- false
select {{ sum_of_hashes(['text']) }} is not null from (values ('b'), ('a')) as texts (text) -- true
select min(total) = max(total) from (select place, {{ sum_of_hashes(['a', 'b']) }} as total from (values (1, 'x', null), (2, null, 'x')) as texts (place, a, b) group by place) as sums -- false
select {{ sha256_of("'a'") }} -- ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
select min_by({{ struct_of(['text', 'place as number']) }}, place).number from (values ('b', 2), ('a', 1)) as texts (text, place) -- 1
select {{ all_but(['place']) }} from (values ('b', 2)) as texts (text, place) -- b
select known from (select number, {{ last_known('place', '(order by number)') }} as known from (values (1, 7), (2, null)) as texts (number, place)) as texts where number = 2 -- 7
select known from (select number, {{ first_known('place', '(order by number desc)') }} as known from (values (1, 7), (2, null)) as texts (number, place)) as texts where number = 1 -- 7
select max(text) from (select 'a' as text {{ union_all_by_name() }} select 'b' as text) as texts -- b
select 7::{{ sql_type('varchar') }} || 'th' -- 7th
select '7'::{{ sql_type('ubigint') }} + 1 -- 8
with few as (select 1 as row_id) select count(*) from (values (1), (2)) as stored (row_id) where row_id in (select {{ broadcast('few', api.Relation.create(identifier='few', type='cte')) }} row_id from few) -- 1
