"""One session's numbered events, the latest kept for replay after a broken connection."""

from __future__ import annotations

from collections import deque

KEEP_EVENTS = 500
KEEP_CHARACTERS = 512 * 1024


class Outbox:
    """Numbers rise by one with every event. Passing events (levels, reactions) are numbered, but not kept."""

    __slots__ = ("_characters", "_forgotten_to", "_kept", "seq")

    def __init__(self) -> None:
        self.seq = 0
        self._kept: deque[tuple[int, str, object]] = deque()
        self._characters = 0
        self._forgotten_to = 0  # the highest number that should have been kept and no longer is

    def number(self, body: str, event: object, *, keep: bool) -> int:
        self.seq += 1
        if keep:
            self._kept.append((self.seq, body, event))
            self._characters += len(body)
            while len(self._kept) > KEEP_EVENTS or self._characters > KEEP_CHARACTERS:
                seq, gone, _ = self._kept.popleft()
                self._characters -= len(gone)
                self._forgotten_to = seq
        return self.seq

    def after(self, last_seq: int) -> list[tuple[int, str, object]] | None:
        """What a client that has seen `last_seq` missed; None when it can't be told any more."""
        if last_seq > self.seq or last_seq < self._forgotten_to:
            return None
        return [entry for entry in self._kept if entry[0] > last_seq]
