{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='slice',
    on_schema_change='fail',
) }}
-- depends_on: {{ ref('int_settings') }}, {{ ref('int_sessions') }}

-- Written last: a run is committed when its slices are recorded, all of which the log's
-- batch holds rows. One that may have changed since it was listed is recorded so that
-- the next run loads it again.
with

slices_to_load as (
    select * from {{ ref('int_slices_to_load') }}
),

listed_slices as (
    {{ list_slices() }}
),

logged_slices as (
    select
        slice,
        count(*) as row_count
    from {{ ref('int_events_sessionized') }}
    where
        batch > {{ committed_batch() }}
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
                or slices_to_load.fingerprint != listed_slices.fingerprint
                then ', to be loaded again'
            else ''
        end as fingerprint
    from slices_to_load
    left join listed_slices on slices_to_load.slice = listed_slices.slice
    union all
    -- of runs that were killed, and not loaded again now: they have gone, or must wait
    select
        unfinished_slices.slice,
        'to be loaded again' as fingerprint
    from {{ source('stored', 'unfinished_slices') }} as unfinished_slices
    anti join slices_to_load on unfinished_slices.slice = slices_to_load.slice
)

select
    slices_to_record.slice,
    slices_to_record.fingerprint,
    {{ committed_batch() }} + 1 as batch,
    {{ run_start() }} as loaded_at,
    coalesce(logged_slices.row_count, 0) as row_count
from slices_to_record
left join logged_slices on slices_to_record.slice = logged_slices.slice
-- a run of some models alone commits nothing
where {{ runs_all_above() | lower }}
