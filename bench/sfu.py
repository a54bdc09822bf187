"""What forwarding costs: CPU per forwarded packet and latency, for the same rooms through different servers.

    ./stoa bench sfu [--json] [--seconds 4]

Servers: `stoa-python`, ours; `aiortc-relay`, aiortc's own RTCPeerConnection with MediaRelay, which decodes and encodes
again for every receiver. The server runs in a process of its own, the load in another. Only ratios between rows of
one run mean anything elsewhere. `cpu_us_saturated` is the cost when more arrives than one core can forward: the caches
are warm and no time goes into waking up, so it tells what a core can carry; `cpu_us_per_packet` is a meeting's.

Room `1x20`: one sends, twenty receive; `10x10`, `3x3`: everybody sends to everybody.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import sys
import time
from typing import Any

from bench.load import PROFILES, Client

SATURATING = {"1x20": 10_000, "10x10": 2_000, "3x3": 10_000}  # packets a second of each sender
ROOMS = {"1x20": (1, 20, 400), "10x10": (10, 0, 80), "3x3": (3, 0, 400)}  # senders, receivers, packets a second each
WARM_UP_S = 1.0


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Quiet:
    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


async def serve_stoa() -> None:
    """Commands as JSON lines on standard input, answers on standard output."""
    from media.sfu import peer
    from media.sfu.server import Sfu
    from media.sfu.shapes import Offer, PublishSection, ReceiveSection

    peer.ALLOWANCE = 1 << 30  # one sender stands for many
    sfu = Sfu(host="127.0.0.1", port=0, addresses=["127.0.0.1"], listener=Quiet())
    await sfu.start()

    async def handle(command: dict[str, Any]) -> dict[str, Any]:
        if command["do"] == "join":
            name, publish, receive = command["name"], command["publish"], command["receive"]
            first = 1 if publish else 0
            offer = Offer(
                number=1,
                sdp=command["sdp"],
                publish=[PublishSection(mid="0", publication_id=name, kind="video", height=180)] if publish else [],
                receive=[ReceiveSection(mid=str(first + n), publication_id=p) for n, p in enumerate(receive)],
            )
            answer = await sfu.answer("room", name, offer)
            for publication in receive:
                sfu.want("room", name, publication, 180, 0)
            return {"sdp": answer.sdp}
        return {"cpu_s": cpu_s(), "sent": sfu.sent}

    await commands(handle)


async def serve_relay() -> None:
    import aioice.ice
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
    from aiortc.contrib.media import MediaRelay

    aioice.ice.get_host_addresses = lambda *_, **__: ["127.0.0.1"]
    relay = MediaRelay()
    tracks: dict[str, Any] = {}
    connections: list[Any] = []

    async def handle(command: dict[str, Any]) -> dict[str, Any]:
        if command["do"] == "join":
            connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
            connections.append(connection)
            name = command["name"]
            connection.on("track", lambda track: tracks.__setitem__(name, track))
            await connection.setRemoteDescription(RTCSessionDescription(command["sdp"], "offer"))
            waiting = [t for t in connection.getTransceivers() if t._offerDirection == "sendonly"]
            for transceiver, publication in zip(waiting, command["receive"], strict=False):
                transceiver.sender.replaceTrack(relay.subscribe(tracks[publication]))
                transceiver.direction = "sendonly"
            await connection.setLocalDescription(await connection.createAnswer())
            return {"sdp": connection.localDescription.sdp}
        sent = 0
        for connection in connections:
            for found in (await connection.getStats()).values():
                sent += found.packetsSent if found.type == "outbound-rtp" else 0
        return {"cpu_s": cpu_s(), "sent": sent}

    await commands(handle)


async def commands(handle: Any) -> None:
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        print(json.dumps(await handle(json.loads(line))), flush=True)


class Server:
    """The server's process, as the load sees it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def __aenter__(self) -> Server:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.sfu", "--serve", self.kind,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 24,
        )  # fmt: skip
        return self

    async def ask(self, **command: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        return dict(json.loads(await self.process.stdout.readline()))

    async def __aexit__(self, *_: Any) -> None:
        self.process.kill()
        await self.process.wait()


async def run_stoa(room: str, profile: str, seconds: float) -> dict[str, Any]:
    senders, receivers, rate = ROOMS[room]
    async with Server("stoa") as server:
        publishing = [Client(f"s{n}", profile) for n in range(senders)]
        everybody = list(publishing)
        names = [client.name for client in publishing]
        for client in publishing:
            sdp = client.offer(True, 0)
            answer = await server.ask(do="join", name=client.name, publish=True, receive=[], sdp=sdp)
            await client.connect(answer["sdp"])
        for n in range(receivers or senders):
            client = Client(f"r{n}", profile)
            wanted = names if receivers else [name for name in names if name != f"s{n}"]
            sdp = client.offer(False, len(wanted))
            answer = await server.ask(do="join", name=client.name, publish=False, receive=wanted, sdp=sdp)
            await client.connect(answer["sdp"])
            everybody.append(client)
        await pump(publishing, everybody, rate, WARM_UP_S)
        everybody[-1].measuring = True
        before = await server.ask(do="stats")
        await pump(publishing, everybody, rate, seconds)
        after = await server.ask(do="stats")
        everybody[-1].measuring = False
        await pump(publishing, everybody, SATURATING[room], WARM_UP_S / 2)
        begun = await server.ask(do="stats")
        await pump(publishing, everybody, SATURATING[room], seconds / 2)
        ended = await server.ask(do="stats")
        for client in everybody:
            await client.close()
        found = row("stoa-python", room, profile, before, after, everybody[-1].latencies_ns)
        return {**found, "cpu_us_saturated": per_packet_us(begun, ended)}


async def pump(publishing: list[Client], everybody: list[Client], rate: int, seconds: float) -> None:
    """Sends evenly, reads in between."""
    began = time.monotonic()
    sent = 0
    while (passed := time.monotonic() - began) < seconds:
        while sent < passed * rate:
            for client in publishing:
                client.send_packet()
            sent += 1
        for client in everybody:
            client.drain(64)
        await asyncio.sleep(0)
    for client in everybody:
        client.drain()


async def run_relay(room: str, seconds: float) -> dict[str, Any]:
    from bench.relay import join_relay

    senders, receivers, _ = ROOMS[room]
    async with Server("relay") as server:
        latencies_ns, profile, close = await join_relay(server, senders, receivers or senders, mesh=not receivers)
        await asyncio.sleep(WARM_UP_S * 2)
        latencies_ns.clear()
        before = await server.ask(do="stats")
        await asyncio.sleep(seconds)
        after = await server.ask(do="stats")
        await close()
        return row("aiortc-relay", room, profile, before, after, latencies_ns)


def per_packet_us(before: dict[str, Any], after: dict[str, Any]) -> float | None:
    packets = after["sent"] - before["sent"]
    return round((after["cpu_s"] - before["cpu_s"]) * 1e6 / packets, 2) if packets else None


def row(
    server: str, room: str, profile: str, before: dict[str, Any], after: dict[str, Any], latencies_ns: list[int]
) -> dict[str, Any]:
    ordered = sorted(latencies_ns)
    return {
        "server": server,
        "room": room,
        "profile": profile,
        "cpu_us_per_packet": per_packet_us(before, after),
        "p50_ms": round(statistics.median(ordered) / 1e6, 3) if ordered else None,
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] / 1e6, 3) if ordered else None,
        "packets": after["sent"] - before["sent"],
    }


async def measure(seconds: float) -> list[dict[str, Any]]:
    rows = []
    for room in ROOMS:
        for profile in PROFILES:
            rows.append(await run_stoa(room, profile, seconds))
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        rows.append(await run_relay(room, seconds))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="./stoa bench sfu", description="What forwarding costs.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--serve", choices=["stoa", "relay"], help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(serve_stoa() if chosen.serve == "stoa" else serve_relay())
        return
    rows = asyncio.run(measure(chosen.seconds))
    if chosen.json:
        print(json.dumps(rows, indent=2))
        return
    for found in rows:
        print("  ".join(f"{name}={value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
