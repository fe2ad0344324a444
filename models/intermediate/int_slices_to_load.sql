{{ config(materialized='table') }}
{%- set listed_slices = source('input', 'slices')
    if is_built_in_source() else '(' ~ list_slices() ~ ')' %}

-- What this run loads: the slices that are new, or changed since they were recorded.
with

listed_slices as (
    select * from {{ listed_slices }}
),

recorded_slices as (
    select * from {{ source('stored', 'slices') }}
),

unfinished_slices as (
    select * from {{ source('stored', 'unfinished_slices') }}
),

slices_to_load as (
    {{ slices_to_load('listed_slices', 'recorded_slices', 'unfinished_slices') }}
)

select
    slice,
    fingerprint,
    is_settled
from slices_to_load
