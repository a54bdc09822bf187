"""What is to be kept arrives once the web can take it, whatever ended in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from media.node.link import CallFailed, LinkBroken
from rooms import journal as journals
from rooms.journal import Journal
from rooms.session.effects import Left, MeetingClosed, MeetingOpened

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

OPENED = MeetingOpened(meeting="m1", at_ms=1)
LEFT = Left(meeting="m1", participant="bob", reason="left", at_ms=2)
CLOSED = MeetingClosed(meeting="m1", at_ms=3)


class Web:
    """A link whose other end takes, refuses or is gone."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.taken: list[tuple[str, str]] = []

    async def call(self, name: str, body: dict[str, Any]) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.taken.append((body["kind"], body["slug"]))


async def told(journal: Journal) -> None:
    task = asyncio.create_task(journal.run())
    await journal.settle(timeout_s=5)
    task.cancel()


async def test_records_arrive_in_order_once_somebody_is_linked() -> None:
    journal, web = Journal(), Web()
    for record in (OPENED, LEFT, CLOSED):
        journal.add("k7mp", record)
    journal.linked(web)  # type: ignore[arg-type]
    await told(journal)
    assert [kind for kind, _ in web.taken] == ["MeetingOpened", "Left", "MeetingClosed"]


async def test_a_broken_link_or_a_busy_database_costs_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "wait_s", lambda tries: 0.0)
    journal, web = Journal(), Web(LinkBroken("gone"), CallFailed("locked"), TimeoutError())
    for record in (OPENED, LEFT):
        journal.add("k7mp", record)
    journal.linked(web)  # type: ignore[arg-type]
    await told(journal)
    assert [kind for kind, _ in web.taken] == ["MeetingOpened", "Left"]


async def test_one_record_that_is_refused_for_good_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journals, "wait_s", lambda tries: 0.0)
    journal, web = Journal(), Web(*[CallFailed("no")] * 8)
    for record in (OPENED, LEFT):
        journal.add("k7mp", record)
    journal.linked(web)  # type: ignore[arg-type]
    await told(journal)
    assert [kind for kind, _ in web.taken] == ["Left"]


async def test_what_nobody_took_is_told_after_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    first = Journal(path)
    for record in (OPENED, LEFT, CLOSED):
        first.add("k7mp", record)
    await first.settle(timeout_s=0)
    assert path.stat().st_mode & 0o777 == 0o600
    second, web = Journal(path), Web()
    second.recall(now_ms=9)
    second.linked(web)  # type: ignore[arg-type]
    await told(second)
    assert [kind for kind, _ in web.taken] == ["MeetingOpened", "Left", "MeetingClosed"]
    third = Journal(path)
    third.recall(now_ms=10)
    await third.settle(timeout_s=0)
    assert not third._waiting


async def test_a_meeting_that_went_on_when_the_node_was_killed_is_closed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    killed, web = Journal(path), Web()
    killed.linked(web)  # type: ignore[arg-type]
    killed.add("k7mp", OPENED)
    await told(killed)
    after = Journal(path)
    after.recall(now_ms=9)
    after.linked(web)  # type: ignore[arg-type]
    await told(after)
    assert [kind for kind, _ in web.taken] == ["MeetingOpened", "MeetingClosed"]


def test_a_spoilt_file_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    path.write_text("{")
    Journal(path).recall(now_ms=1)
