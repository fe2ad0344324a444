-- Lines of JSON or CSV that are no text, or too long: none may get lost.
select
    slice,
    file_loaded_at as loaded_at,
    true as is_unreadable
from {{ source('clevertap', 'unreadable_lines') }}
