"""Lengths of time such as `"7d"` or `"1mo"`, and the calendar they cut."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from phoenix_lab.profiles.columns import ColumnError

Unit = Literal["s", "min", "h", "d", "w", "mo", "y"]

WORDS: dict[str, str] = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "y": "year",
}
SECONDS: dict[str, float] = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 2629746, "y": 31556952}
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time
MONDAY = 4
"""Days from 1 January 1970 to the Monday that weeks are counted from."""
MICRO = timedelta(microseconds=1)
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""The years 1 to 9999, in microseconds since 1970."""


@dataclass(frozen=True)
class Duration:
    """So many units of time; months and years follow the calendar."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `"7d"`, `"1h"`, `"30min"`, `"2w"`, `"1mo"` or `"1y"`."""
        match = re.fullmatch(r"\s*(\d{1,6})\s*(s|min|h|d|w|mo|y)\s*", text)
        if not match or int(match[1]) == 0:
            raise ColumnError(f'"{text}" is not a length of time; write "1h", "7d", "1mo" or "1y"')
        return cls(int(match[1]), match[2])  # type: ignore[arg-type]

    def __str__(self) -> str:
        """Return the form that `parse` reads."""
        return f"{self.count}{self.unit}"

    @property
    def label(self) -> str:
        """In words: "7 days"."""
        return f"{self.count} {WORDS[self.unit]}{'s' if self.count > 1 else ''}"

    @property
    def seconds(self) -> float:
        """Length; months and years on average."""
        return self.count * SECONDS[self.unit]

    @property
    def _by_clock(self) -> bool:
        """Whether days are made of whole ones of these hours, by the clock."""
        return self.unit == "h" and self.count > 1 and 24 % self.count == 0

    def floor(self, instant: int, zone: str | None) -> int:
        """Return the last boundary of this length at or before an instant (microseconds since 1970).

        Hours are those that clocks in the zone show, so that of a day of 23 or 25 hours one part is shorter or longer; up to one hour, where
        the same hour can come twice, they follow each other as time does.
        """
        wall = to_wall(instant, zone)
        if self.unit in {"s", "min", "h"}:
            size = int(self.seconds * 1_000_000)
            shown = (wall - EPOCH) // MICRO
            start = shown // size * size
            return to_instant(EPOCH + start * MICRO, zone) if self._by_clock else instant - shown + start
        if self.unit in {"d", "w"}:
            days = self.count * (7 if self.unit == "w" else 1)
            since = MONDAY if days % 7 == 0 else 0
            day = (wall - EPOCH).days
            return to_instant(EPOCH + timedelta(days=(day - since) // days * days + since), zone)
        months = self.count * (12 if self.unit == "y" else 1)
        month = (wall.year * 12 + wall.month - 1) // months * months
        return to_instant(_month(max(12, month)), zone)

    def after(self, instant: int, zone: str | None, times: int = 1) -> int:
        """Return the instant this length (`times` over) later, by the calendar of the zone; the calendar ends with the year 9999."""
        try:
            return min(self._after(instant, zone, times), LATEST)
        except (OverflowError, ValueError):
            return LATEST

    def _after(self, instant: int, zone: str | None, times: int) -> int:
        if self.unit in {"s", "min", "h"} and not self._by_clock:
            return instant + times * int(self.seconds * 1_000_000)
        wall = to_wall(instant, zone)
        if self._by_clock:
            return to_instant(wall + timedelta(hours=times * self.count), zone)
        if self.unit in {"d", "w"}:
            return to_instant(wall + timedelta(days=times * self.count * (7 if self.unit == "w" else 1)), zone)
        month = wall.year * 12 + wall.month - 1 + times * self.count * (12 if self.unit == "y" else 1)
        return to_instant(_month(month) + (wall - _month(wall.year * 12 + wall.month - 1)), zone)


def _month(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1)  # noqa: DTZ001 - wall time


def zone_of(name: str | None) -> tzinfo:
    """Return the time zone of an Arrow zone name ("Europe/Berlin", "+02:00"); UTC for none and for unknown ones."""
    if name is None or name.upper() in {"UTC", "Z"}:
        return timezone.utc
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", name)
    if match:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(-offset if match[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return timezone.utc


def is_zone(name: str) -> bool:
    """Tell whether a name is a time zone's."""
    return name.upper() in {"UTC", "Z", "+00:00"} or zone_of(name) is not timezone.utc


def to_wall(instant: int, zone: str | None) -> datetime:
    """Return what the clocks in the zone show, as a naive datetime."""
    utc = EPOCH + instant * MICRO
    if zone is None:
        return utc
    try:
        return utc.replace(tzinfo=timezone.utc).astimezone(zone_of(zone)).replace(tzinfo=None)
    except OverflowError:  # within a day of the first or the last moment that there is
        return utc


def to_instant(wall: datetime, zone: str | None) -> int:
    """Return the microseconds since 1970 at which the clocks in the zone show `wall`."""
    if zone is not None:
        with contextlib.suppress(OverflowError):
            wall = wall.replace(tzinfo=zone_of(zone)).astimezone(timezone.utc).replace(tzinfo=None)
    return (wall - EPOCH) // MICRO


def iso(instant: int, zone: str | None) -> str:
    """Return an instant as ISO 8601: with `+00:00` where the data has a zone, without where it is naive."""
    text = (EPOCH + instant * MICRO).isoformat()
    return text if zone is None else f"{text}+00:00"


def parse_instant(text: str) -> int:
    """Read an ISO 8601 time as microseconds since 1970; without an offset it means UTC, or for naive data what it says."""
    try:
        time = datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith(("Z", "z")) else text)
    except ValueError as error:
        raise ColumnError(f'"{text}" is not a time; write it as 2021-05-31 or 2021-05-31T12:00:00') from error
    if time.tzinfo is not None:
        time = time.astimezone(timezone.utc).replace(tzinfo=None)
    return (time - EPOCH) // MICRO
