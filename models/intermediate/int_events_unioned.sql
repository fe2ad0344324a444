-- The rows that this run loads, of all sources that are chosen: from here on it does
-- not matter which.
select * from ({{ select_arriving_rows() }})
