{{ config(materialized='table') }}

-- What the log was built with: before a run writes, prepare_run compares its own.
{{ select_settings(ref('excluded_events')) }}
