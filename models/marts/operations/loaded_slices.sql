{{ config(
    materialized='replaced',
    unique_key='slice',
    post_hook="{{ delete_mark_of_rebuild(ref('int_build_settings')) }}",
) }}
-- depends_on: {{ ref('int_build_settings') }}, {{ ref('int_sessions') }}

-- Written last: recording its slices commits the run.
with

slices_to_load as (
    select * from {{ ref('int_slices_this_run') }}
),

listed_slices as (
    {{ list_all_slices('slices_to_load') }}
),

logged_slices as (
    select
        slice,
        count(*) as row_count
    from {{ ref('int_event_log') }}
    where
        batch > {{ committed_batch(source('stored', 'slices')) }}
        and disposition != 'withdrawn'
    group by slice
),

slices_to_record as (
    select
        slices_to_load.slice,
        slices_to_load.fingerprint
        || case
            when
                not slices_to_load.is_settled
                or slices_to_load.fingerprint
                != coalesce(listed_slices.fingerprint, 'emptied')
                then ', to be loaded again'
            else ''
        end as fingerprint
    from slices_to_load
    left join listed_slices on slices_to_load.slice = listed_slices.slice
    union all
    -- slices of killed runs that this run does not load: their files were deleted, or
    -- slices_per_run makes them wait
    select
        unfinished_slices.slice,
        'to be loaded again' as fingerprint
    from {{ source('stored', 'unfinished_slices') }} as unfinished_slices
    anti join slices_to_load on unfinished_slices.slice = slices_to_load.slice
),

-- slices that the run does not load: the others of a rebuild from the log, and those
-- that lose the rows of a forgotten user
kept_slices as (
    select * from {{ source('stored', 'slices_to_keep') }}
    union
    select * from {{ source('stored', 'slices') }}
    where
        slice in (
            select logged_events.slice
            from {{ ref('int_event_log') }} as logged_events
            where
                logged_events.batch > {{ committed_batch(source('stored', 'slices')) }}
                and logged_events.disposition = 'forgotten'
        )
),

recorded_slices as (
    select
        slices_to_record.slice,
        slices_to_record.fingerprint,
        {{ run_start() }} as loaded_at,
        coalesce(logged_slices.row_count, 0) as row_count
    from slices_to_record
    left join logged_slices on slices_to_record.slice = logged_slices.slice
    union all
    select {{ all_but(['batch']) }} from kept_slices
    where slice not in (select slices_to_record.slice from slices_to_record)
)

select
    slice,
    fingerprint,
    {{ last_batch(source('stored', 'slices'), source('stored', 'changes')) }} + 1
        as batch,
    loaded_at,
    row_count
from recorded_slices
{%- if not runs_all_above() %}
    -- a run of only some models of the flow commits nothing
    where false
{%- endif %}
