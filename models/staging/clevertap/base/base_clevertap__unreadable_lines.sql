-- Lines of JSON or CSV that are not text or are too long. They are kept, so that every
-- line is counted.
select
    slice,
    file_loaded_at as loaded_at,
    true as is_unreadable
from {{ source('clevertap', 'unreadable_lines') }}
