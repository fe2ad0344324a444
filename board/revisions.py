"""Which past days changed lately, by the feed of the Session Concluded events."""

from __future__ import annotations

from marts import Marts, Row


def read_revisions(marts: Marts) -> list[Row]:
    """The days that the feed had told of before, and that the loads of the last 24 hours changed:
    per day, how many sessions it gained and lost. The 24 hours end with the newest load."""
    changes, slices = marts.name("session_concluded_changes"), marts.name("loaded_slices")
    recent_batch = f"""(
        select min(batch) from {slices}
        where loaded_at > (select max(loaded_at) - interval 1 day from {slices})
    )"""
    return marts.rows(
        "session_concluded_changes",
        "day, count_if(change = 'concluded') as concluded_count,"
        " count_if(change = 'withdrawn') as withdrawn_count",
        f"""
        where batch >= {recent_batch}
            and day < (select max(day) from {changes} where batch < {recent_batch})
        group by day order by day desc
        """,
    )
