-- Each user with a session has a profile. The profiles add up to the sessions, and the
-- session id of a profile is the id of the user's latest session.
with

sessions_of_users as (
    select
        user_id,
        count(*) as session_count,
        sum(session_length_seconds) as total_session_length_seconds,
        max(
            {{ struct_of(['session_started_at', 'ct_session_id']) }}
        ).ct_session_id as latest_session_id
    from {{ ref('sessions') }}
    group by user_id
)

select
    sessions_of_users.*,
    user_profiles.ct_session_id
from sessions_of_users
full outer join {{ ref('user_profiles') }} as user_profiles
    on
        sessions_of_users.user_id = user_profiles.user_id
        and sessions_of_users.session_count = user_profiles.session_count
        and sessions_of_users.total_session_length_seconds
        = user_profiles.total_session_length_seconds
        and sessions_of_users.latest_session_id = user_profiles.ct_session_id
where
    sessions_of_users.user_id is null
    or user_profiles.user_id is null
