select as_of from {{ ref('int_session_clock') }}
