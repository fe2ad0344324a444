with

history as (
    select
        date_trunc('week', min(first_day))::date as first_week,
        date_trunc('week', max(last_day))::date as last_week
    from {{ ref('int_board_periods') }}
),

-- R15: a cohort is the users whose first day is in one week
cohorts as (
    select
        first_days.user_id,
        date_trunc('week', first_days.first_day)::date as cohort_week
    from {{ ref('int_first_days') }} as first_days
    inner join history
        on first_days.first_day >= history.first_week
),

user_weeks as (
    select distinct
        user_id,
        date_trunc('week', day)::date as active_week
    from {{ ref('int_sessions_with_conclusions') }}
    where is_concluded
),

returning_users as (
    select
        cohorts.cohort_week,
        user_weeks.active_week,
        count(*) as user_count
    from cohorts
    inner join user_weeks on cohorts.user_id = user_weeks.user_id
    group by cohorts.cohort_week, user_weeks.active_week
),

cohort_sizes as (
    select
        cohort_week,
        count(*) as cohort_user_count
    from cohorts
    group by cohort_week
),

-- each week from the cohort's own to the clock's
cohort_weeks as (
    select
        cohort_sizes.cohort_week,
        cohort_sizes.cohort_user_count,
        {{ rows_of_days(
            'cohort_sizes.cohort_week', 'history.last_week', step=7
        ) }} as active_week
    from cohort_sizes
    cross join history
)

select
    cohort_weeks.cohort_week,
    {{ quotient(
        days_between('cohort_weeks.cohort_week', 'cohort_weeks.active_week'), 7
    ) }}::bigint as weeks_after,
    cohort_weeks.cohort_user_count,
    coalesce(returning_users.user_count, 0) as user_count
from cohort_weeks
left join returning_users
    on
        cohort_weeks.cohort_week = returning_users.cohort_week
        and cohort_weeks.active_week = returning_users.active_week
