{{ config(materialized='table') }}

-- The slices that this run loads.
with

-- the start of the run has chosen the slices of files and of the table, because it
-- opens them
chosen_slices as (
    select * from {{ source('input', 'slices_to_load') }}
),

own_listed_slices as (
    {{ no_slice() }}
    {{- union_all_own_slices() }}
),

loaded_slices as (
    select * from {{ source('stored', 'slices') }}
),

unfinished_slices as (
    select * from {{ source('stored', 'unfinished_slices') }}
),

own_slices_to_load as (
    {{ slices_to_load(
        'own_listed_slices', 'loaded_slices', 'unfinished_slices', own_sources(),
        var('slices_per_run')
    ) }}
)

select
    slice,
    fingerprint,
    is_settled
from chosen_slices
union all
select
    slice,
    fingerprint,
    is_settled
from own_slices_to_load
