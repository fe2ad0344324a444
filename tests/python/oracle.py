"""The rules of a session (docs/rules.md, docs/sources.md) in plain Python, for the `flat` source.

An oracle: written from the rules alone, to be read beside its rules, not to be fast.
All times inside are naive datetimes in UTC; an event or a session is a dict, as in the marts.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
Rule = tuple[str, str, str | None]  # rule_set, event_name, campaign_type

# Sources: the contract's columns, in its order.
TEXTS = ("event_name", "source", "platform", "app_id", "campaign_type", "properties")
CONTRACT = ("event_id", "user_id", "event_name", "event_at", "source", "platform", "app_id")
CONTRACT += ("campaign_type", "loaded_at", "properties")

BUCKETS = (0, 1, 10, 30, 60, 180, 600, 1800, 3600, 7200)  # R10: lower bounds, in seconds
ONE_SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1)
FIRST_TIME = datetime(2000, 1, 1)  # the contract: earlier is out of range

# R3: both documented lists, and what exports show.
IN_BOTH = "App Installed, App Uninstalled, Notification Sent, UTM Visited, Identity Set"
IN_BOTH += ", Identity Reset, Identity Error"
EXCLUSION_RULES: list[Rule] = [
    *[("documented_2021", name, None) for name in IN_BOTH.split(", ")],
    ("documented_2021", "Notification Clicked", None),
    *[("observed_2022", name, None) for name in IN_BOTH.split(", ")],
    ("observed_2022", "Notification Clicked", None),
    ("observed_2022", "Reachable By", None),
    *[("documented_2025", name, None) for name in IN_BOTH.split(", ")],
    ("documented_2025", "Push Impressions", None),
    ("documented_2025", "Notification Clicked", "Email"),
    ("documented_2025", "Notification Clicked", "Web Push"),
    ("documented_2025", "Notification Clicked", "Mobile Push"),
    ("documented_2025", "Notification Viewed", "Email"),
    ("documented_2025", "Notification Viewed", "Web Push"),
]


@dataclass(frozen=True)
class Settings:
    """The variables that the rules name, with the documented defaults; `now` is given as a time."""

    session_timeout_minutes: float = 20
    exclusion_rule_set: str = "documented_2021"
    session_key: tuple[str, ...] = ("user_id",)
    session_tracking: bool = True
    session_tracking_since: datetime | None = None
    as_of: datetime | None = None
    timezone: str = "UTC"
    board_days: int = 30
    clock_skew_tolerance_minutes: float = 60
    board_periods: tuple[int, ...] = (7, 30, 90)
    key_events: tuple[str, ...] = ()
    bounce_max_events: int = 1
    bounce_max_seconds: int = 10
    engaged_min_events: int = 2
    engaged_min_seconds: int = 10

    @property
    def timeout(self) -> timedelta:
        return timedelta(microseconds=round(self.session_timeout_minutes * 60_000_000))

    @property
    def tolerance(self) -> timedelta:
        return timedelta(microseconds=round(self.clock_skew_tolerance_minutes * 60_000_000))


@dataclass(frozen=True)
class RawRow:
    """A row as its slice gives it; `file_loaded_at` stands in where `loaded_at` is null."""

    slice: str = "s0"
    event_id: str | None = None
    user_id: str | None = None
    event_name: str | None = None
    event_at: str | datetime | None = None
    source: str | None = None
    platform: str | None = None
    app_id: str | None = None
    campaign_type: str | None = None
    properties: str | None = None
    loaded_at: str | datetime | None = None
    file_loaded_at: datetime | None = None
    unreadable: bool = False


# Values and times ---------------------------------------------------------------------------


def is_blank(text: str | None) -> bool:
    """Sources: null or nothing but white space."""
    return text is None or text.strip() == ""


def encoded(values: Iterable[str | None]) -> str:
    """R5: each value with its length in code points before it, a null as `-`, joined."""
    return "".join("-" if value is None else f"{len(value)}:{value}" for value in values)


def unix_microseconds(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)


def in_utc(time: datetime) -> datetime:
    """Sources: a time with an offset is converted, one without is UTC."""
    return time if time.tzinfo is None else time.astimezone(timezone.utc).replace(tzinfo=None)


TIME_TEXT = re.compile(
    r"(\d{4,6})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:\s*(?:Z|UTC|GMT|([+-])(\d\d)(?::?([0-5]\d))?))?",
    re.ASCII | re.IGNORECASE,
)
OFFSETS = (timedelta(hours=-12), timedelta(hours=14))  # that a place on the Earth has


@cache
def read_time(value: str | datetime | None) -> tuple[datetime | None, str | None]:
    """Sources: the time in UTC, or why there is none (one of the reasons for a rejection)."""
    if isinstance(value, datetime):
        return in_utc(value), None
    if value is None or is_blank(value):
        return None, "missing_time"
    if value.strip().lower() in ("infinity", "-infinity"):
        return None, "time_out_of_range"
    match = TIME_TEXT.fullmatch(value.strip())
    if match is None:
        return None, "unreadable_time"
    year, *rest = (int(part) for part in match.groups()[:6])
    offset = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0))
    offset = -offset if match[8] == "-" else offset
    if not OFFSETS[0] <= offset <= OFFSETS[1]:
        return None, "unreadable_time"
    microsecond = int((match[7] or "")[:6].ljust(6, "0"))  # what is finer is cut
    try:  # a year of the same calendar that Python can hold: is it a time at all?
        same_calendar = datetime(2000 + year % 400, *rest, microsecond)
    except ValueError:
        return None, "unreadable_time"
    try:
        return same_calendar.replace(year=year) - offset, None
    except (ValueError, OverflowError):  # before year 1 or after year 9999
        return None, "time_out_of_range"


def local_time(time: datetime, settings: Settings) -> datetime:
    """R10: a time as the clocks of the variable `timezone` show it."""
    return time.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(settings.timezone))


def local_day(time: datetime, settings: Settings) -> date:
    """R10: the day of a time in the variable `timezone`."""
    return local_time(time, settings).date()


# Sources: what goes in --------------------------------------------------------------------


def loaded_time(row: RawRow) -> datetime | None:
    """Sources: `loaded_at`, else the file's."""
    time, _ = read_time(row.loaded_at)
    return time if time is not None else row.file_loaded_at


def rejection_reason(row: RawRow, settings: Settings) -> str | None:
    """Sources: the first reason that fits, in the contract's order."""
    if row.unreadable:
        return "unreadable_row"
    if is_blank(row.user_id):
        return "missing_user"
    if is_blank(row.event_name):
        return "missing_event_name"
    event_at, reason = read_time(row.event_at)
    if reason in ("missing_time", "unreadable_time"):
        return reason
    if read_time(row.loaded_at)[1] == "unreadable_time":
        return "unreadable_time"
    if event_at is None:
        return reason
    loaded_at = loaded_time(row)
    is_ahead = loaded_at is not None and event_at - loaded_at > settings.tolerance
    return "time_out_of_range" if event_at < FIRST_TIME or is_ahead else None


def generated_event_id(row: RawRow, event_at: datetime) -> str:
    """Sources: md5 over every other column of the contract but `loaded_at`."""
    values = [row.user_id, row.event_name, str(unix_microseconds(event_at)), row.source]
    values += [row.platform, row.app_id, row.campaign_type, row.properties]
    return md5(encoded(values).encode()).hexdigest()


def session_key(row: RawRow, settings: Settings) -> str | None:
    """R5: the key of one column is its text; of several, the values with their lengths."""
    values = [getattr(row, column) for column in settings.session_key]
    return values[0] if len(values) == 1 else encoded(values)


def typed_event(row: RawRow, settings: Settings) -> Row:
    """The event that a row tells of which has no reason for rejection."""
    event_at, _ = read_time(row.event_at)
    return {column: getattr(row, column) for column in CONTRACT} | {
        "event_id": generated_event_id(row, event_at) if is_blank(row.event_id) else row.event_id,
        "event_at": event_at,
        "loaded_at": loaded_time(row),
        "slice": row.slice,
        "session_key": session_key(row, settings),
    }


def copy_order(event: Row) -> tuple:
    """Sources, which copy is kept: the lowest in this order, nulls last, text by code point."""
    loaded_at = (event["loaded_at"] is None, event["loaded_at"] or EPOCH)
    texts = [(event[column] is None, event[column] or "") for column in TEXTS]
    return (loaded_at, event["event_at"], texts, event["slice"])


def kept_copies(events: list[Row]) -> list[Row]:
    """Sources: the same event = the same (`user_id`, `event_id`); one copy of it is kept."""
    copies = defaultdict(list)
    for event in events:
        copies[event["user_id"], event["event_id"]].append(event)
    return [min(of_one_event, key=copy_order) for of_one_event in copies.values()]


# the rules of a session ----------------------------------------------------------


def is_before_tracking(event: Row, settings: Settings) -> bool:
    """R11: tracking is off, or the event is earlier than it was on."""
    since = settings.session_tracking_since
    is_early = since is not None and event["event_at"] < in_utc(since)
    return not settings.session_tracking or is_early


def is_api(event: Row) -> bool:
    """R2: pushed through the API, in any case, spaces around it ignored."""
    return event["source"] is not None and event["source"].strip().lower() == "api"


def plain_campaign_type(text: str | None) -> str:
    """R3: without regard to case, spaces and hyphens."""
    return "".join(c for c in (text or "").lower() if not c.isspace() and c != "-")


def is_excluded(event: Row, settings: Settings, rules: Iterable[Rule]) -> bool:
    """R3: a rule of the chosen set has its name, and its campaign type where the rule says one."""
    campaign_type = plain_campaign_type(event["campaign_type"])
    return any(
        rule_set == settings.exclusion_rule_set
        and event_name == event["event_name"]
        and campaign_type.startswith(plain_campaign_type(wanted))
        for rule_set, event_name, wanted in rules
    )


def disposition(event: Row, settings: Settings, rules: Iterable[Rule]) -> str:
    """R2 and the contract: the disposition of a kept copy, the first that fits."""
    if event["event_name"] == "Session Concluded":  # Sources: the vendor's own, no event of ours
        return "vendor_session"
    if is_before_tracking(event, settings):
        return "before_tracking"
    if is_api(event):
        return "api"
    return "excluded" if is_excluded(event, settings, rules) else "session"


def cut_sessions(events: list[Row], settings: Settings) -> list[list[Row]]:
    """R1: longest runs of a key's considered events, each less than the timeout after the last."""
    by_key = defaultdict(list)
    for event in events:
        if event["disposition"] == "session":
            by_key[event["session_key"]].append(event)
    sessions: list[list[Row]] = []
    for of_key in by_key.values():
        previous = None
        for event in sorted(of_key, key=lambda e: (e["event_at"], e["event_id"])):  # R12
            if previous is None or event["event_at"] - previous["event_at"] >= settings.timeout:
                sessions.append([])
            sessions[-1].append(event)
            previous = event
    return sessions


def session_clock(
    events: list[Row], settings: Settings, run_started_at: datetime | None = None
) -> datetime | None:
    """R8: latest of least(event_at, loaded_at) over the accepted events, but no later than the
    start of the run and the tolerance; or the variable's."""
    if not events:
        return None
    if settings.as_of is not None:
        return in_utc(settings.as_of)
    latest = max(min(e["event_at"], e["loaded_at"] or e["event_at"]) for e in events)
    return latest if run_started_at is None else min(latest, run_started_at + settings.tolerance)


# what comes out ------------------------------------------------------------------


def event_row(event: Row, first_of_session: dict[int, Row]) -> Row:
    """Mart `events`: R2 and R7, the session's id on its events, null on the others."""
    first = first_of_session.get(id(event))
    return {name: value for name, value in event.items() if name != "slice"} | {
        "is_session_event": event["disposition"] == "session",
        "ct_session_id": ct_session_id(first) if first else None,
        "session_started_at": first["event_at"] if first else None,
    }


def ct_session_id(first: Row) -> str:
    """R7: Unix second of the start, and the first 16 hex digits of md5(session key)."""
    key_hash = md5(first["session_key"].encode()).hexdigest()[:16]
    return f"{unix_microseconds(first['event_at']) // 1_000_000}-{key_hash}"


def session_row(events: list[Row], clock: datetime, settings: Settings) -> Row:
    """Mart `sessions`, without its number: R6 (length), R8 (concluded), R10 (day), R12 (first and
    last event), R13 (bounce, engaged)."""
    first, last = events[0], events[-1]
    started_at, ended_at = first["event_at"], last["event_at"]
    is_concluded = clock - ended_at >= settings.timeout
    seconds = (ended_at - started_at) // ONE_SECOND
    is_short = seconds <= settings.bounce_max_seconds
    is_long = seconds >= settings.engaged_min_seconds
    return {
        "ct_session_id": ct_session_id(first),
        **{name: first[name] for name in ("session_key", "user_id", "platform", "app_id")},
        "session_started_at": started_at,
        "local_started_at": local_time(started_at, settings).replace(tzinfo=None),
        "session_ended_at": ended_at,
        "session_length_seconds": seconds,
        "event_count": len(events),
        "is_bounce": is_short and len(events) <= settings.bounce_max_events,
        "is_engaged": is_long or len(events) >= settings.engaged_min_events,
        "first_event_id": first["event_id"],
        "first_event_name": first["event_name"],
        "last_event_id": last["event_id"],
        "last_event_name": last["event_name"],
        "day": local_day(ended_at, settings),
        "is_concluded": is_concluded,
        "concluded_at": ended_at + settings.timeout if is_concluded else None,
    }


def numbered(sessions: list[Row]) -> Iterable[Row]:
    """Mart `sessions`: R14, the number of each among the user's, by start, then id."""
    counts: Counter[str] = Counter()
    for session in sorted(sessions, key=lambda s: (s["session_started_at"], s["ct_session_id"])):
        counts[session["user_id"]] += 1
        number = counts[session["user_id"]]
        yield session | {"session_number": number, "is_first_session": number == 1}


def session_concluded_row(session: Row) -> Row:
    """R9: the Session Concluded event of a session that has ended."""
    return {
        "event_name": "Session Concluded",
        "event_at": session["session_ended_at"],
        "raised_at": session["concluded_at"],
        "session_length": session["session_length_seconds"],
        "session_length_seconds": session["session_length_seconds"],
        "session_id": session["ct_session_id"],
        "ct_session_id": session["ct_session_id"],
        **{name: session[name] for name in ("user_id", "platform", "app_id", "day")},
    }


def user_profile_row(user_id: str, sessions: list[Row]) -> Row:
    """Mart `user_profiles`: the latest session by start, then id; sums over open ones too."""
    own = [s for s in sessions if s["user_id"] == user_id]
    latest = max(own, key=lambda s: (s["session_started_at"], s["ct_session_id"]))
    return {
        "user_id": user_id,
        "ct_session_id": latest["ct_session_id"],
        "is_session_open": any(not s["is_concluded"] for s in own),
        "first_seen_at": min(s["session_started_at"] for s in own),
        "last_seen_at": max(s["session_ended_at"] for s in own),
        "session_count": len(own),
        "total_session_length_seconds": sum(s["session_length_seconds"] for s in own),
    }


def window_days(clock: datetime, settings: Settings) -> list[date]:
    """R10: the clock's day and those before it, `board_days` in all."""
    today = local_day(clock, settings)
    return [today - timedelta(days=back) for back in range(settings.board_days)]


@cache
def is_complete_day(day: date, clock: datetime, settings: Settings) -> bool:
    """R10: the clock has passed the day's end, the next local midnight, by a timeout."""
    if day == date.max:  # its end is past all clocks
        return False
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
    zone = ZoneInfo(settings.timezone)  # where clocks go back, it may be midnight twice
    midnights = [in_utc(midnight.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)]
    microsecond = timedelta(microseconds=1)
    ends = [end for end in midnights if local_day(end - microsecond, settings) == day]
    return clock - max(ends) >= settings.timeout


def day_rows(pair: Row, shown: list[Row], clock: datetime, settings: Settings) -> list[Row]:
    """Marts `session_lengths_per_day` and `sessions_per_day` of an app and platform."""
    rows = []
    for day in window_days(clock, settings):
        lengths = [s["session_length_seconds"] for s in shown if s["day"] == day]
        row = {"day": day, **pair, "is_complete_day": is_complete_day(day, clock, settings)}
        row |= {"total_session_length_seconds": sum(lengths), "session_count": len(lengths)}
        rows.append(row)
    return rows


def bucket_rows(pair: Row, shown: list[Row], total: int, buckets: Sequence[int]) -> list[Row]:
    """Mart `session_length_distribution` (without its label) of an app and platform."""
    rows = []
    for order, lower in enumerate(buckets, start=1):
        upper = buckets[order] if order < len(buckets) else None
        lengths = [s["session_length_seconds"] for s in shown]
        count = sum(lower <= length and (upper is None or length < upper) for length in lengths)
        row = {"bucket_order": order, "lower_bound_seconds": lower, "upper_bound_seconds": upper}
        row |= {**pair, "session_count": count, "session_share": count / total if total else 0.0}
        rows.append(row)
    return rows


@cache
def reached_days(clock: datetime, settings: Settings) -> Counter:
    """On how many days of the window the clock has reached an hour, by weekday and hour."""
    now = local_time(clock, settings).replace(tzinfo=None)
    hours = [
        datetime.combine(day, time(hour))
        for day in window_days(clock, settings)
        for hour in range(24)
    ]
    return Counter((start.isoweekday(), start.hour) for start in hours if start <= now)


def hour_rows(pair: Row, shown: list[Row], clock: datetime, settings: Settings) -> Iterable[Row]:
    """Mart `sessions_per_weekday_and_hour` of an app and platform."""
    ends = [local_time(s["session_ended_at"], settings) for s in shown]
    counts = Counter((end.isoweekday(), end.hour) for end in ends)
    days = reached_days(clock, settings)
    for weekday in range(1, 8):
        for hour in range(24):
            row = {"weekday": weekday, "hour_of_day": hour, "day_count": days[weekday, hour]}
            yield row | pair | {"session_count": counts[weekday, hour]}


def percentile(lengths: list[int], percent: int) -> int | None:
    """The shortest length that at least so many percent of the sessions don't exceed."""
    enough = [x for x in lengths if sum(y <= x for y in lengths) * 100 >= percent * len(lengths)]
    return min(enough, default=None)


def summary_rows(sessions: list[Row], clock: datetime, settings: Settings) -> Iterable[Row]:
    """Mart `session_board_summary`: both windows, each app, platform, both, and all."""
    current = window_days(clock, settings)
    before = [day - timedelta(days=settings.board_days) for day in current]
    windows = {"current": current, "previous": before}
    concluded = [s for s in sessions if s["is_concluded"]]
    seen = {(s["app_id"], s["platform"]) for s in concluded if s["day"] in current + before}
    segments = {(False, app, False, platform) for app, platform in seen}
    segments |= {(False, app, True, None) for app, _ in seen}
    segments |= {(True, None, False, platform) for _, platform in seen} | {(True, None, True, None)}
    first_day = min((local_day(s["session_ended_at"], settings) for s in sessions), default=None)
    for window, days in windows.items():
        for all_apps, app, all_platforms, platform in segments:
            lengths = [
                s["session_length_seconds"]
                for s in concluded
                if s["day"] in days
                and (all_apps or s["app_id"] == app)
                and (all_platforms or s["platform"] == platform)
            ]
            yield {
                "board_window": window,
                "first_day": days[-1],
                "last_day": days[0],
                "app_id": app,
                "platform": platform,
                "is_all_apps": all_apps,
                "is_all_platforms": all_platforms,
                "session_count": len(lengths),
                "total_session_length_seconds": sum(lengths),
                "median_session_length_seconds": percentile(lengths, 50),
                "p95_session_length_seconds": percentile(lengths, 95),
                "is_whole_window": first_day is not None and first_day <= days[-1],
            }


def without(rows: list[Row], column: str) -> list[Row]:
    return [{name: value for name, value in row.items() if name != column} for row in rows]


def board_marts(
    sessions: list[Row], clock: datetime | None, settings: Settings, buckets: Sequence[int]
) -> dict[str, list[Row]]:
    """R10: each app and platform of the window, with each day, bucket and hour; or zeros."""
    days = [] if clock is None else window_days(clock, settings)
    shown = [s for s in sessions if s["is_concluded"] and s["day"] in days]
    pairs = {(s["app_id"], s["platform"]) for s in shown} or {(None, None)}
    per_day, per_bucket, per_hour = [], [], []
    for app_id, platform in pairs if clock is not None else ():
        pair = {"app_id": app_id, "platform": platform}
        of_pair = [s for s in shown if (s["app_id"], s["platform"]) == (app_id, platform)]
        per_day += day_rows(pair, of_pair, clock, settings)
        per_bucket += bucket_rows(pair, of_pair, len(shown), buckets)
        per_hour += hour_rows(pair, of_pair, clock, settings)
    return {
        "session_length_distribution": per_bucket,
        "session_lengths_per_day": without(per_day, "session_count"),
        "sessions_per_day": without(per_day, "total_session_length_seconds"),
        "sessions_per_weekday_and_hour": per_hour,
        "session_board_summary": []
        if clock is None
        else [*summary_rows(sessions, clock, settings)],
    }


def rejected_row(row: RawRow, reason: str) -> Row:
    """Mart `rejected_events`: the raw values as they came, the slice, the reason."""
    raw = {column: getattr(row, column) for column in CONTRACT}
    return raw | {"slice": row.slice, "rejection_reason": reason}


def build(
    rows: Iterable[RawRow],
    settings: Settings = Settings(),
    rules: Sequence[Rule] = EXCLUSION_RULES,
    buckets: Sequence[int] = BUCKETS,
    run_started_at: datetime | None = None,
    forgotten: Container[str] = (),
) -> dict[str, Any]:
    """Every mart as a list of rows (order means nothing), and `dispositions`, a Counter."""
    rows = list(rows)
    remembered = [row for row in rows if row.unreadable or row.user_id not in forgotten]
    judged = [(row, rejection_reason(row, settings)) for row in remembered]
    rejected = [rejected_row(row, reason) for row, reason in judged if reason is not None]
    usable = [typed_event(row, settings) for row, reason in judged if reason is None]
    kept = kept_copies(usable)
    for event in kept:
        event["disposition"] = disposition(event, settings, rules)
    accepted = [event for event in kept if event["disposition"] != "vendor_session"]
    runs = cut_sessions(accepted, settings)
    first_of_session = {id(event): run[0] for run in runs for event in run}
    clock = session_clock(accepted, settings, run_started_at)
    sessions = [*numbered([session_row(run, clock, settings) for run in runs])]
    users = {session["user_id"] for session in sessions}
    counts = Counter(event["disposition"] for event in kept)
    counts.update(rejected=len(rejected), duplicate=len(usable) - len(kept))
    counts.update(forgotten=len(rows) - len(remembered))
    return {
        "events": [event_row(event, first_of_session) for event in accepted],
        "rejected_events": rejected,
        "sessions": sessions,
        "session_concluded": [session_concluded_row(s) for s in sessions if s["is_concluded"]],
        "user_profiles": [user_profile_row(user, sessions) for user in users],
        "session_clock": [{"as_of": clock}],
        **board_marts(sessions, clock, settings, buckets),
        "dispositions": +counts,
    }
