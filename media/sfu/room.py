"""A room of the forwarding server: who is there, what they send, and which voices are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.sfu.speakers import Speakers

if TYPE_CHECKING:
    from media.sfu.peer import Peer
    from media.sfu.publication import Publication

RANK_MS = 40  # between two choices of voices, at least


class Room:
    def __init__(self) -> None:
        self.peers: dict[str, Peer] = {}
        self.publications: dict[str, Publication] = {}
        self.speakers = Speakers()
        self.told: list[tuple[str, int]] = []
        self._ranked_ms = 0

    def level(self, publication: Publication, dbov: int, voices: int, now_ms: int) -> None:
        """A packet's own level came. Who begins to speak is let in at once: the first word is not lost."""
        self.speakers.hear(publication.id, dbov, now_ms)
        due = not publication.heard and now_ms - self._ranked_ms >= RANK_MS
        if due and self.speakers.speaks(publication.id):
            self.hear(voices, now_ms)

    def hear(self, count: int, now_ms: int) -> None:
        """Chooses the voices that are forwarded. Whose sender tells no levels is always heard."""
        self._ranked_ms = now_ms
        voices = [p for p in self.publications.values() if p.kind == "audio" and not p.muted]
        if len(voices) <= count:
            chosen = {p.id for p in voices}
        else:
            chosen = self.speakers.loudest(count, (p.id for p in voices if p.heard))
            chosen |= {p.id for p in voices if not self.speakers.knows(p.id)}
        for publication in voices:
            heard = publication.id in chosen
            if heard != publication.heard:
                publication.heard = heard
                for subscription in publication.subscriptions:
                    publication.choose(subscription, now_ms)

    def choose_layers(self, now_ms: int) -> None:
        """Layers come and go by themselves; who waits for a keyframe wishes for it again."""
        for publication in self.publications.values():
            for subscription in publication.subscriptions:
                if subscription.tx is not None:
                    publication.choose(subscription, now_ms)
            for stream in publication.streams.values():
                if stream.waiting and publication.kind == "video":
                    stream.pli_wanted = True
