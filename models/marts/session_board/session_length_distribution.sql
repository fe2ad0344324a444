with

session_lengths as (
    select * from {{ ref('int_board_lengths') }}
    where board_window = 'current'
),

-- int_board_days has a row with null app and platform if the window has no sessions
apps_and_platforms as (
    select distinct
        app_id,
        platform
    from {{ ref('int_board_days') }}
),

buckets as (
    select
        *,
        lead(lower_bound_seconds) over (
            order by lower_bound_seconds
        ) as upper_bound_seconds
    from {{ ref('session_length_buckets') }}
),

sessions_by_bucket as (
    select
        buckets.bucket_order,
        session_lengths.app_id,
        session_lengths.platform,
        sum(session_lengths.session_count)::bigint as session_count
    from session_lengths
    inner join buckets
        on
            session_lengths.session_length_seconds >= buckets.lower_bound_seconds
            and (
                session_lengths.session_length_seconds < buckets.upper_bound_seconds
                or buckets.upper_bound_seconds is null
            )
    group by
        buckets.bucket_order,
        session_lengths.app_id,
        session_lengths.platform
),

buckets_with_counts as (
    select
        buckets.*,
        apps_and_platforms.app_id,
        apps_and_platforms.platform,
        coalesce(sessions_by_bucket.session_count, 0) as session_count
    from buckets
    cross join apps_and_platforms
    left join sessions_by_bucket
        on
            buckets.bucket_order = sessions_by_bucket.bucket_order
            and apps_and_platforms.app_id is not distinct from sessions_by_bucket.app_id
            and apps_and_platforms.platform
            is not distinct from sessions_by_bucket.platform
)

select
    bucket,
    bucket_order,
    lower_bound_seconds,
    upper_bound_seconds,
    app_id,
    platform,
    session_count,
    coalesce(
        session_count / nullif(sum(session_count) over (), 0), 0
    )::double as session_share
from buckets_with_counts
