"""The marts of models/marts/engagement in plain Python, from the sessions that the oracle cut.

Written from docs/rules.md (R13 to R15) and the marts' descriptions, to be read, not to be fast.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from oracle import Row, Settings, is_complete_day, local_time, percentile

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A period of the board, or as many days before it, with its sessions."""

    period_days: int
    board_window: str
    first_day: date
    last_day: date
    sessions: list[Row]

    @property
    def row(self) -> Row:
        return {"period_days": self.period_days}


@dataclass(frozen=True)
class Segment:
    """An app and a platform, or all of them."""

    app_id: str | None
    platform: str | None
    is_all_apps: bool
    is_all_platforms: bool

    def sessions(self, sessions: Iterable[Row]) -> list[Row]:
        return [
            s
            for s in sessions
            if (self.is_all_apps or s["app_id"] == self.app_id)
            and (self.is_all_platforms or s["platform"] == self.platform)
        ]


def segments_of(sessions: Iterable[Row]) -> set[Segment]:
    pairs = {(s["app_id"], s["platform"]) for s in sessions}
    segments = {Segment(app, platform, False, False) for app, platform in pairs}
    segments |= {Segment(app, None, False, True) for app, _ in pairs}
    segments |= {Segment(None, platform, True, False) for _, platform in pairs}
    return segments | {Segment(None, None, True, True)}


def periods_of(sessions: list[Row], clock, settings: Settings) -> Iterator[Period]:
    """R15: the window before ends on its last day at the hour of the clock."""
    today = local_time(clock, settings).date()
    last_end = local_time(clock - settings.timeout, settings).replace(tzinfo=None)
    for days in settings.board_periods:
        for window, back in (("current", 0), ("previous", days)):
            last_day = today - back * ONE_DAY
            first_day = last_day - (days - 1) * ONE_DAY
            shown = [
                s
                for s in sessions
                if first_day <= s["day"] <= last_day
                and (
                    window == "current"
                    or local_time(s["session_ended_at"], settings).replace(tzinfo=None)
                    <= last_end - back * ONE_DAY
                )
            ]
            yield Period(days, window, first_day, last_day, shown)


def users(sessions: Iterable[Row]) -> set[str]:
    return {s["user_id"] for s in sessions}


def summary_rows(period: Period, segments: set[Segment], first_days: dict) -> Iterator[Row]:
    first_day = min(first_days.values(), default=None)
    for segment in segments:
        shown = segment.sessions(period.sessions)
        lengths = [s["session_length_seconds"] for s in shown]
        yield {
            **period.row,
            "board_window": period.board_window,
            "first_day": period.first_day,
            "last_day": period.last_day,
            **vars(segment),
            "user_count": len(users(shown)),
            "new_user_count": sum(first_days[u] >= period.first_day for u in users(shown)),
            "session_count": len(shown),
            "total_session_length_seconds": sum(lengths),
            "median_session_length_seconds": percentile(lengths, 50),
            "bounce_count": sum(s["is_bounce"] for s in shown),
            "engaged_session_count": sum(s["is_engaged"] for s in shown),
            "is_whole_window": first_day is not None and first_day <= period.first_day,
        }


def user_counts(segment: Segment, sessions: list[Row], day: date, first_days: dict) -> Row:
    """The users of a day, and of it and the days before."""
    shown = segment.sessions(sessions)
    on_day = users(s for s in shown if s["day"] == day)
    seen = {
        days: users(s for s in shown if day - days * ONE_DAY < s["day"] <= day) for days in (7, 30)
    }
    return {
        "active_user_count": len(on_day),
        "active_user_count_7_days": len(seen[7]),
        "active_user_count_30_days": len(seen[30]),
        "new_user_count": sum(first_days[user] == day for user in on_day),
        "returning_user_count": sum(first_days[user] < day for user in on_day),
    }


def sums(sessions: list[Row], converted: set[str]) -> Row:
    return {
        "session_count": len(sessions),
        "total_session_length_seconds": sum(s["session_length_seconds"] for s in sessions),
        "event_count": sum(s["event_count"] for s in sessions),
        "bounce_count": sum(s["is_bounce"] for s in sessions),
        "engaged_session_count": sum(s["is_engaged"] for s in sessions),
        "converted_session_count": len({s["ct_session_id"] for s in sessions} & converted),
    }


def user_day_rows(sessions: list[Row], first_days: dict) -> Iterator[Row]:
    for user, day in {(s["user_id"], s["day"]) for s in sessions}:
        shown = [s for s in sessions if (s["user_id"], s["day"]) == (user, day)]
        totals = sums(shown, set())
        names = ("session_count", "total_session_length_seconds", "event_count")
        counts = {name: totals[name] for name in names}
        yield {"user_id": user, "day": day, **counts, "is_first_day": first_days[user] == day}


def sessions_per_user_rows(period: Period, segments: set[Segment]) -> Iterator[Row]:
    for segment in segments:
        counts = Counter(s["user_id"] for s in segment.sessions(period.sessions))
        for number, user_count in Counter(min(n, 10) for n in counts.values()).items():
            row = {"session_count": number, "user_count": user_count}
            yield {**period.row, **vars(segment), **row}


def event_rows(period: Period) -> Iterator[Row]:
    ends: dict[tuple, Counter] = defaultdict(Counter)
    for s in period.sessions:
        pair = (s["app_id"], s["platform"])
        ends[(*pair, s["first_event_name"])].update(entry_count=1, bounce_count=int(s["is_bounce"]))
        ends[(*pair, s["last_event_name"])].update(exit_count=1)
    for (app, platform, name), counts in ends.items():
        row = {name: counts[name] for name in ("entry_count", "exit_count", "bounce_count")}
        yield {**period.row, "app_id": app, "platform": platform, "event_name": name, **row}


def hour_rows(period: Period, settings: Settings) -> Iterator[Row]:
    counts = Counter(
        (s["day"].isoweekday(), local_time(s["session_ended_at"], settings).hour,
         s["app_id"], s["platform"])
        for s in period.sessions
    )  # fmt: skip
    for (weekday, hour, app, platform), count in counts.items():
        row = {"weekday": weekday, "hour_of_day": hour, "app_id": app, "platform": platform}
        yield {**period.row, **row, "session_count": count}


def length_rows(period: Period, buckets: tuple[int, ...]) -> Iterator[Row]:
    counts = Counter(
        (sum(lower <= s["session_length_seconds"] for lower in buckets), s["app_id"], s["platform"])
        for s in period.sessions
    )
    for (order, app, platform), count in counts.items():
        row = {"bucket_order": order, "app_id": app, "platform": platform}
        yield {**period.row, **row, "session_count": count}


def monday(day: date) -> date:
    return day - (day.isoweekday() - 1) * ONE_DAY


def cohort_rows(sessions: list[Row], periods: list[Period], first_days: dict) -> Iterator[Row]:
    first_week = monday(min(period.first_day for period in periods))
    last_week = monday(max(period.last_day for period in periods))
    weeks_of = {user: {monday(s["day"]) for s in sessions if s["user_id"] == user}
                for user in first_days}  # fmt: skip
    cohorts: dict[date, list[str]] = defaultdict(list)
    for user, day in first_days.items():
        if monday(day) >= first_week:
            cohorts[monday(day)].append(user)
    for week, members in cohorts.items():
        for after in range((last_week - week).days // 7 + 1):
            later = week + 7 * after * ONE_DAY
            yield {
                "cohort_week": week,
                "weeks_after": after,
                "cohort_user_count": len(members),
                "user_count": sum(later in weeks_of[user] for user in members),
            }


def day_rows(
    sessions: list[Row], periods: list[Period], first_days: dict, converted: set[str], clock,
    settings: Settings,
) -> tuple[list[Row], list[Row]]:  # fmt: skip
    """The rows of each day: of each segment with the users, of each app and platform with sums."""
    first_day = min(period.first_day for period in periods)
    last_day = max(period.last_day for period in periods)
    seen = [s for s in sessions if first_day - 29 * ONE_DAY <= s["day"] <= last_day]
    days = [first_day + n * ONE_DAY for n in range((last_day - first_day).days + 1)]
    of_segments, of_pairs = [], []
    for segment in segments_of(seen):
        of_segment = segment.sessions(seen)
        for day in days:
            row = {"day": day, "is_complete_day": is_complete_day(day, clock, settings)}
            counts = user_counts(segment, of_segment, day, first_days)
            of_segments.append(row | vars(segment) | counts)
            if not segment.is_all_apps and not segment.is_all_platforms:
                pair = {"app_id": segment.app_id, "platform": segment.platform}
                on_day = [s for s in of_segment if s["day"] == day]
                of_pairs.append(row | pair | sums(on_day, converted))
    return of_segments, of_pairs


def engagement_marts(built: dict, settings: Settings, buckets: tuple[int, ...]) -> dict:
    """Every mart of models/marts/engagement as a list of rows, in columns that can be compared."""
    (clock_row,) = built["session_clock"]
    clock = clock_row["as_of"]
    sessions = [s for s in built["sessions"] if s["is_concluded"]]
    first_days = {user: min(s["day"] for s in sessions if s["user_id"] == user)
                  for user in users(sessions)}  # fmt: skip
    marts: dict[str, list[Row]] = defaultdict(list)
    marts["user_days"] = [*user_day_rows(sessions, first_days)]
    if clock is None:
        return marts
    periods = [*periods_of(sessions, clock, settings)]
    segments = segments_of(s for period in periods for s in period.sessions)
    for period in periods:
        marts["engagement_summary"] += summary_rows(period, segments, first_days)
        if period.board_window == "current":
            marts["sessions_per_user"] += sessions_per_user_rows(
                period, segments_of(period.sessions)
            )
            marts["entry_and_exit_events"] += event_rows(period)
            marts["sessions_per_period_and_hour"] += hour_rows(period, settings)
            marts["session_lengths_per_period"] += length_rows(period, buckets)
    converted = {
        event["ct_session_id"]
        for event in built["events"]
        if event["is_session_event"] and event["event_name"] in settings.key_events
    }
    marts["retention_by_cohort"] = [*cohort_rows(sessions, periods, first_days)]
    of_segments, of_pairs = day_rows(sessions, periods, first_days, converted, clock, settings)
    active = [name for name in of_segments[0] if not name.startswith(("new_", "returning_"))]
    came = [name for name in of_segments[0] if not name.startswith("active_")]
    marts["active_users_per_day"] = picked(of_segments, active)
    marts["new_and_returning_users_per_day"] = picked(of_segments, came)
    if of_pairs:
        summed = [name for name in of_pairs[0] if name != "converted_session_count"]
        shares = ["day", "app_id", "platform", "session_count", "converted_session_count"]
        marts["engagement_per_day"] = picked(of_pairs, summed)
        marts["session_conversion"] = picked(of_pairs, [*shares, "is_complete_day"])
    return marts


def picked(rows: list[Row], names: list[str]) -> list[Row]:
    return [{name: row[name] for name in names} for row in rows]
