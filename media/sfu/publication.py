"""One thing that somebody sends, with its layers and those who are sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from media.sfu import layers
from media.sfu.forwarder import ALIVE_MS, Stream, Subscription
from media.sfu.shapes import RIDS, Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Callable


class Publication:
    """A camera, a microphone, a screen or its sound, of one peer."""

    def __init__(self, peer: Any, publication_id: str, mid: str, kind: Kind, *, tell: Callable[..., None]) -> None:
        self.peer, self.id, self.mid, self.kind = peer, publication_id, mid, kind
        self.muted = False
        self.height = 0
        self.rids: tuple[str, ...] = ()
        self.codec = ""
        self.streams: dict[str, Stream] = {}  # by rid, "" when there are no layers
        self.subscriptions: list[Subscription] = []
        self.demanded: tuple[str | None] | None = None  # what was told last; None: nothing yet
        self.heard = True  # audio: among the loudest, forwarded
        self._tell = tell  # (subscription, rid, reason)

    @property
    def ordered(self) -> list[Stream]:
        return sorted(self.streams.values(), key=lambda s: RIDS.index(s.rid) if s.rid in RIDS else 0)

    def index_of(self, stream: Stream | None) -> int:
        """Which layer it is, lowest first; 0 for none."""
        return next((i for i, each in enumerate(self.ordered) if each is stream), 0)

    def layer_height(self, rid: str) -> int:
        """Pixels: q, h, f are a quarter, a half and the whole."""
        return self.height >> (len(RIDS) - 1 - RIDS.index(rid)) if rid in RIDS else self.height

    def choose(self, subscription: Subscription, now_ms: int) -> None:
        """Aims the subscription at the stream that fits it best now, and says so when that changed."""
        if self.kind == "audio":
            self._choose_voice(subscription)
            return
        streams = [s for s in self.ordered if s.key in subscription.payload_types]
        if self.streams and not streams:
            subscription.leave()
            self.tell(subscription, None, "codec")
            return
        found = [
            layers.Layer(s.rid, s.height or self.layer_height(s.rid), now_ms - s.alive_ms < ALIVE_MS) for s in streams
        ]
        index, reason = layers.choose(found, subscription.wanted_height, subscription.cap.cap, self.muted)
        if index is None or index >= len(streams):
            subscription.leave()
            self.tell(subscription, None, reason)
            return
        stream = streams[index]
        if subscription.current is stream:
            subscription.stop_waiting()
        elif subscription.target is not stream:
            subscription.stop_waiting()
            subscription.target = stream
            stream.waiting.append(subscription)
            stream.pli_wanted = True
        if subscription.current is stream:
            self.tell(subscription, stream.rid, reason)

    def _choose_voice(self, subscription: Subscription) -> None:
        stream = next(iter(self.streams.values()), None)
        if self.muted or not self.heard or stream is None:
            subscription.leave()
        elif stream.key in subscription.payload_types and stream not in (subscription.current, subscription.target):
            subscription.leave()
            subscription.target = stream
            stream.waiting.append(subscription)

    def switched(self, subscription: Subscription) -> None:
        if subscription.current is not None and self.kind == "video":
            self.tell(subscription, subscription.current.rid, "wanted")

    def tell(self, subscription: Subscription, rid: str | None, reason: Reason) -> None:
        if self.kind == "video" and (subscription.rid_told, subscription.reason_told) != (rid, reason):
            subscription.rid_told, subscription.reason_told = rid, reason
            self._tell(subscription, rid, reason)

    def demand(self) -> str | None:
        """The highest layer anybody wants, bandwidth aside; "f" where there are no layers."""
        if self.kind == "audio":
            return None
        highest = max((s.wanted_height for s in self.subscriptions if s.tx is not None), default=0)
        if highest <= 0:
            return None
        return next((rid for rid in RIDS if self.layer_height(rid) >= highest), RIDS[-1])

    def close(self) -> None:
        for subscription in self.subscriptions:
            subscription.leave()
        self.subscriptions.clear()
        self.streams.clear()
