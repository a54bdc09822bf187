"""Whose request is it, where proxies stand in front? Decided once, before Django and Channels see it.

`X-Forwarded-For` is a note that anybody may write. It is believed only as far as it was written by a proxy that
STOA_TRUSTED_PROXIES names: read from its end, the first address that is no such proxy is the client.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
Application = Callable[[dict[str, Any], Any, Any], Awaitable[Any]]
HEADER = b"x-forwarded-for"


def client_of(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The client's address. `peer` is who holds the connection; `forwarded` is all it says of those before it."""
    found = peer
    for word in [*reversed(forwarded.split(",")), ""]:
        address = _address(found)
        if address is None or not any(address in network for network in trusted) or _address(word.strip()) is None:
            return found
        found = word.strip()
    return found


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def behind(application: Application, trusted: Sequence[Network]) -> Application:
    """The application, told the client's own address: sign-in, joining and the API count tries by it."""

    async def told(scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if trusted and scope.get("client"):
            said = b",".join(value for name, value in scope["headers"] if name == HEADER).decode("latin-1")
            peer, port = scope["client"]
            scope = {**scope, "client": [client_of(peer, said, trusted), port]}
        return await application(scope, receive, send)

    return told
