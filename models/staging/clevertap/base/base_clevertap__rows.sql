-- All shapes of the export together. Each shape has a model of its own.
select * from {{ ref('base_clevertap__json_records') }}
union all by name
select * from {{ ref('base_clevertap__table_rows') }}
union all by name
select * from {{ ref('base_clevertap__unreadable_lines') }}
