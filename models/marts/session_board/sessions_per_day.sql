with

board_days as (
    select * from {{ ref('int_board_days') }}
)

select
    day,
    app_id,
    platform,
    session_count,
    is_complete_day
from board_days
