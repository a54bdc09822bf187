"""What can be told of one peer's media: for the log and for tests, never for decisions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from media.sfu.shapes import PeerStats, PublicationStats, SubscriptionStats

if TYPE_CHECKING:
    from media.sfu.peer import Peer

logger = logging.getLogger(__name__)


def of_peer(peer: Peer) -> PeerStats:
    return PeerStats(
        connected=peer.connected,
        profile=peer.dtls.profile,
        subscriptions=tuple(
            SubscriptionStats(
                publication_id=s.publication.id,
                codec=s.publication.codec,
                rid=s.current.rid if s.current else None,
                packets=s.packets,
                octets=s.octets,
                bitrate_bps=s.bitrate_bps,
                loss=s.loss,
                jitter_ms=s.jitter // s.current.rate if s.current else 0,
                rtt_ms=s.rtt_ms,
            )
            for s in peer.subscriptions.values()
        ),
        publications=tuple(
            PublicationStats(
                publication_id=s.publication.id,
                codec=s.name,
                rid=s.rid,
                packets=s.packets,
                octets=s.octets,
                bitrate_bps=s.bitrate_bps,
                lost=max(0, s.expected() - s.received()),
                jitter_ms=int(s.jitter) // s.rate,
            )
            for s in peer.streams.values()
        ),
    )


def sum_up(peer: Peer) -> None:
    """How it was, for who looks into a complaint afterwards."""
    found = of_peer(peer)
    for s in found.publications:
        logger.info(
            "sent room=%s peer=%s publication=%s codec=%s rid=%s packets=%d lost=%d jitter_ms=%d",
            peer.room_id, peer.id, s.publication_id, s.codec, s.rid, s.packets, s.lost, s.jitter_ms,
        )  # fmt: skip
    if found.subscriptions:
        logger.info(
            "received room=%s peer=%s publications=%d packets=%d loss=%.2f rtt_ms=%d",
            peer.room_id, peer.id, len(found.subscriptions), sum(s.packets for s in found.subscriptions),
            max(s.loss for s in found.subscriptions), max(s.rtt_ms for s in found.subscriptions),
        )  # fmt: skip
