"""Worlds and the settings that the rules tell apart, drawn by hypothesis."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from oracle import RawRow, Settings
from worlds import BASES, random_world


def world(settings: Settings, **options: Any) -> st.SearchStrategy[list[RawRow]]:
    """`random_world` as a strategy: it shrinks, but its examples resemble each other; for many
    unlike worlds in one build take `random_world(Random(number), settings)`."""
    randoms = st.randoms(use_true_random=False, note_method_calls=False)
    return randoms.map(lambda rng: random_world(rng, settings, **options))


def any_settings() -> st.SearchStrategy[Settings]:
    """Settings that the rules tell apart."""
    keys = [("user_id",), ("app_id", "user_id"), ("user_id", "platform", "app_id")]
    as_of = [base + timedelta(minutes=20) for base in BASES[:3]] + [datetime(2024, 4, 1, 4, 20)]
    return st.builds(
        Settings,
        session_timeout_minutes=st.sampled_from([20, 20, 1 / 60, 0.5, 7.5, 30]),
        exclusion_rule_set=st.sampled_from(["documented_2021", "documented_2025", "observed_2022"]),
        session_key=st.sampled_from(keys),
        session_tracking=st.sampled_from([True] * 9 + [False]),
        session_tracking_since=st.sampled_from([None] * 5 + [BASES[1]]),
        as_of=st.sampled_from([None] * 6 + as_of),
        timezone=st.sampled_from(
            ["UTC", "America/New_York", "America/Havana", "Europe/Berlin", "Asia/Kolkata"]
        ),
        board_days=st.sampled_from([30, 1, 7]),
        clock_skew_tolerance_minutes=st.sampled_from([60, 0, 1.5]),
        bounce_max_events=st.sampled_from([1, 3]),
        bounce_max_seconds=st.sampled_from([10, 0]),
        engaged_min_events=st.sampled_from([2, 1000000]),
        engaged_min_seconds=st.sampled_from([10, 0, 86400]),
    )
