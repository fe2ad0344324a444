{{ config(
    materialized='incremental',
    incremental_strategy=strategy_for_numbered_rows(),
    unique_key='change_number',
    full_refresh=false,
    on_schema_change='fail',
    pre_hook="{{ update_first_events(
        ref('int_sessions'), ref('int_compared_sessions_this_run')
    ) }}",
) }}
{% set columns %}
    event_name,
    event_at,
    raised_at,
    session_length,
    session_id,
    session_key,
    user_id,
    platform,
    app_id,
    day
{%- endset %}

-- The feed: what became of the Session Concluded events since its last change.
-- Written after the commit, and never written anew.
with

compared_sessions as (
    select * from {{ ref('int_compared_sessions_this_run') }}
),

numbered_changes as (
    select
        *,
        row_number() over (
            partition by session_id order by change_number desc
        ) as number_from_last
    from {{ source('stored', 'changes') }}
    where session_id in (select compared_sessions.session_id from compared_sessions)
),

told_events as (
    select {{ columns | indent }}
    from numbered_changes
    where number_from_last = 1 and change = 'concluded'
),

raised_events as (
    select {{ columns | indent }}
    from {{ ref('session_concluded') }}
    where session_id in (select compared_sessions.session_id from compared_sessions)
),

withdrawn_events as (
    select * from told_events
    except
    select * from raised_events
),

concluded_events as (
    select * from raised_events
    except
    select * from told_events
),

new_changes as (
    select
        'withdrawn' as change,
        *
    from withdrawn_events
    union all
    select
        'concluded' as change,
        *
    from concluded_events
)

select
    (select last_change.change_number from {{ ref('int_last_change') }} as last_change)
    + row_number() over (
        -- withdrawn ones first: no session is concluded twice at any time
        order by
            new_changes.change = 'concluded',
            new_changes.raised_at,
            new_changes.session_id
    ) as change_number,
    new_changes.*,
    {{ last_batch(ref('loaded_slices'), source('stored', 'changes')) }} as batch,
    sessions.first_event_key,
    sessions.first_event_slot,
    (select session_clock.as_of from {{ ref('int_session_clock') }} as session_clock)
        as as_of,
    {{ literal(zone('timezone')) }} as timezone
from new_changes
left join {{ ref('int_sessions') }} as sessions
    on new_changes.session_id = sessions.ct_session_id
{%- if not runs_all_above() %}
    -- a run of only some models of the flow tells nothing
    where false
{%- endif %}
