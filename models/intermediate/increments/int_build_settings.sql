{{ config(materialized='table') }}

-- The settings that the log depends on. check_build_settings compares them with the
-- settings of a run.
{{ select_build_settings(ref('excluded_events')) }}
