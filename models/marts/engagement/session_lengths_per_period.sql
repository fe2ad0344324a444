with

sessions as (
    select * from {{ ref('int_period_sessions') }}
    where board_window = 'current'
),

buckets as (
    select
        *,
        lead(lower_bound_seconds) over (
            order by lower_bound_seconds
        ) as upper_bound_seconds
    from {{ ref('session_length_buckets') }}
)

select
    sessions.period_days,
    buckets.bucket,
    buckets.bucket_order,
    sessions.app_id,
    sessions.platform,
    count(*) as session_count
from sessions
inner join buckets
    on
        sessions.session_length_seconds >= buckets.lower_bound_seconds
        and (
            sessions.session_length_seconds < buckets.upper_bound_seconds
            or buckets.upper_bound_seconds is null
        )
group by
    sessions.period_days,
    buckets.bucket,
    buckets.bucket_order,
    sessions.app_id,
    sessions.platform
