with

board_days as (
    select * from {{ ref('int_board_days') }}
)

select
    day,
    app_id,
    platform,
    total_session_length_seconds,
    is_complete_day
from board_days
