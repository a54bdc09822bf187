"""ICE-lite for all peers on one UDP port. RFC 8445, 8489, 7675, 7983.

A datagram's first byte tells what it is. A peer is found by its user name at its first check and by its address
from then on; nothing but STUN is taken from an address that no authenticated check came from.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from media.sfu.shapes import Address, Drop
from media.sfu.transport import StunClass, StunMessage, StunMethod, parse_stun

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

CONSENT_MS = 30_000  # RFC 7675, 5.1
BATCH = 64  # datagrams read before others get their turn
SOCKET_BUFFER = 1 << 22
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _random(n: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(n))


class Agent:
    """Our side of one peer's ICE: credentials, and the addresses its authenticated checks came from."""

    def __init__(self, remote_ufrag: str) -> None:
        self.ufrag, self.password = _random(8), _random(24)  # RFC 8445, 5.3: at least 24 and 128 bits
        self.remote_ufrag = remote_ufrag


class Owner(Protocol):
    """The peer behind an agent."""

    def admits(self, address: Address) -> bool: ...

    def validated(self, address: Address, agent: Agent, nominated: bool) -> None: ...

    def datagram(self, data: bytes) -> None: ...


class Port:
    """The UDP socket. `peers` by address is the hot path's only look-up."""

    def __init__(self, host: str, port: int, *, media: Callable[[Owner, bytes], None]) -> None:
        self._bind = (host, port)
        self._media = media
        self._socket: socket.socket | None = None
        self.port = port
        self.by_address: dict[Address, Owner] = {}
        self._by_ufrag: dict[str, tuple[Agent, Owner]] = {}
        self.drops: Counter[Drop] = Counter()

    def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._socket = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER)
        sock.bind(self._bind)
        self.port = sock.getsockname()[1]
        self.sendto = sock.sendto
        asyncio.get_running_loop().add_reader(sock.fileno(), self._readable)

    def close(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None

    def send(self, data: bytes, address: Address) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto(data, address)
        except BlockingIOError:
            self.drops[Drop.SOCKET_FULL] += 1
        except OSError as error:  # an unreachable network is the peer's trouble, not the port's
            logger.debug("not sent to=%s: %s", address, error)

    def add(self, agent: Agent, owner: Owner) -> None:
        self._by_ufrag[agent.ufrag] = (agent, owner)

    def remove(self, agent: Agent) -> None:
        self._by_ufrag.pop(agent.ufrag, None)

    def forget(self, owner: Owner) -> None:
        """Everything that leads to `owner`."""
        for address in [a for a, o in self.by_address.items() if o is owner]:
            del self.by_address[address]
        for ufrag in [u for u, (_, o) in self._by_ufrag.items() if o is owner]:
            del self._by_ufrag[ufrag]

    def _readable(self) -> None:
        if self._socket is None:
            return
        receive, by_address, media = self._socket.recvfrom, self.by_address, self._media
        for _ in range(BATCH):
            try:
                data, address = receive(2048)
            except BlockingIOError:
                return
            except OSError as error:  # ICMP port unreachable surfaces here
                logger.debug("not received: %s", error)
                continue
            owner = by_address.get(address)
            if owner is not None and data and 127 < data[0] < 192:
                media(owner, data)
            else:
                self._other(data, address, owner)

    def _other(self, data: bytes, address: Address, owner: Owner | None) -> None:
        if not data:
            self.drops[Drop.MALFORMED] += 1
        elif data[0] < 4:
            self._stun(data, address)
        elif owner is None:
            self.drops[Drop.UNKNOWN_ADDRESS] += 1
        elif 19 < data[0] < 64:
            owner.datagram(data)
        else:
            self.drops[Drop.MALFORMED] += 1

    def _stun(self, data: bytes, address: Address) -> None:
        try:
            request = parse_stun(data)
        except Exception:  # noqa: BLE001 a hostile attribute makes the parser raise whatever it meets
            self.drops[Drop.MALFORMED] += 1
            return
        if request.message_class != StunClass.REQUEST or request.message_method != StunMethod.BINDING:
            self.drops[Drop.STUN_REFUSED] += 1
            return
        user = request.attributes.get("USERNAME", "")
        found = self._by_ufrag.get(user.partition(":")[0])
        if found is None:
            self.drops[Drop.STUN_REFUSED] += 1
            return
        agent, owner = found
        if user != f"{agent.ufrag}:{agent.remote_ufrag}" or not request.check_message_integrity(
            agent.password.encode()
        ):
            self.drops[Drop.STUN_REFUSED] += 1
            return
        if not owner.admits(address):
            self.drops[Drop.STUN_REFUSED] += 1
            return
        answer = StunMessage(
            message_method=StunMethod.BINDING,
            message_class=StunClass.RESPONSE,
            transaction_id=request.transaction_id,
        )
        answer.attributes["XOR-MAPPED-ADDRESS"] = address
        answer.add_message_integrity(agent.password.encode())
        answer.add_fingerprint()
        self.send(bytes(answer), address)
        owner.validated(address, agent, "USE-CANDIDATE" in request.attributes)
