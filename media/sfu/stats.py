"""What can be told of one peer's media: for diagnostics, never for decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.sfu.shapes import PeerStats, PublicationStats, SubscriptionStats

if TYPE_CHECKING:
    from media.sfu.peer import Peer


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
