"""Where the CPU time of one forwarded packet goes: Python, encryption, the kernel.

    python -m bench.hot_path

One process, no event loop, nothing received: `Forwarder` with twenty subscribers, best of four rounds. What is left
out in a row is replaced by a function that does nothing.
"""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any

from pylibsrtp import Policy, Session

from media.sfu import rtp
from media.sfu.forwarder import Forwarder, Stream, Subscription
from media.sfu.layers import LossCap
from media.sfu.transport import SRTP_LONGEST, Srtp

SUBSCRIBERS, PACKETS, ROUNDS = 20, 600, 4
PAYLOAD = b"\x10\x00" + bytes(1186)  # a VP8 keyframe's beginning, 1,200 bytes with the header


def cost_us(srtp: Srtp, sendto: Any, to: tuple[str, int]) -> float:
    """CPU µs a copy."""
    publication = SimpleNamespace(kind="video", switched=lambda _: None)
    forwarder = Forwarder(srtp, sendto, Counter(), SRTP_LONGEST)
    stream = Stream(publication, "", 5, "VP8", "VP8", {})
    subscribers, sessions = [], []
    for _ in range(SUBSCRIBERS):
        policy = Policy(
            key=os.urandom(28),
            ssrc_type=Policy.SSRC_ANY_OUTBOUND,
            srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
        )
        sessions.append(Session(policy))
        subscriber = Subscription(None, publication, "0", {"VP8": 96}, {}, LossCap(0))
        subscriber.tx, subscriber.address, subscriber.target = sessions[-1]._srtp[0], to, stream
        stream.waiting.append(subscriber)
        subscribers.append(subscriber)
    best = float("inf")
    for first in range(0, ROUNDS * PACKETS, PACKETS):
        began = time.process_time()
        for seq in range(first, first + PACKETS):
            packet = memoryview(rtp.HEADER.pack(0x80, 96, seq, seq * 3000, 5) + PAYLOAD)
            forwarder.forward(stream, packet, len(packet), 12, {}, seq)
        best = min(best, (time.process_time() - began) * 1e6 / (PACKETS * SUBSCRIBERS))
        for subscriber in subscribers:
            subscriber.age()
    return best


def main() -> None:
    sink, source = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    sink.bind(("127.0.0.1", 0))
    source.setblocking(False)
    srtp, to = Srtp(), sink.getsockname()
    print(f"all                             {cost_us(srtp, source.sendto, to):.2f} us a copy")
    print(f"without sending                 {cost_us(srtp, lambda *_: None, to):.2f}")
    srtp.protect = lambda *_: 0
    print(f"without sending and encrypting  {cost_us(srtp, lambda *_: None, to):.2f}")


if __name__ == "__main__":
    main()
