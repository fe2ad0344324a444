{{ config(materialized='table') }}

-- What this run loads: the slices that are new, or changed since they were recorded.
with

listed_slices as (
    select * from {{ source('input', 'slices') }}
),

own_listed_slices as (
    {{ list_slices(of_own_sources=true) }}
),

recorded_slices as (
    select * from {{ source('stored', 'slices') }}
),

unfinished_slices as (
    select * from {{ source('stored', 'unfinished_slices') }}
),

slices_to_load as (
    {{ slices_to_load(
        'listed_slices', 'recorded_slices', 'unfinished_slices', built_in_sources()
    ) }}
),

own_slices_to_load as (
    {{ slices_to_load(
        'own_listed_slices', 'recorded_slices', 'unfinished_slices', own_sources()
    ) }}
)

select
    slice,
    fingerprint,
    is_settled
from slices_to_load
union all
select
    slice,
    fingerprint,
    is_settled
from own_slices_to_load
