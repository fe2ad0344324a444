{{ config(materialized='table') }}

-- The number of sessions of each length. The distribution and the percentiles are
-- counted from these few rows.
with

board_sessions as (
    select * from {{ ref('int_board_sessions') }}
)

select
    board_window,
    app_id,
    platform,
    session_length_seconds,
    count(*) as session_count
from board_sessions
group by board_window, app_id, platform, session_length_seconds
