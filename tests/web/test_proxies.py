"""Whose request it is: a forwarded address is believed from our own proxies only, and only their part of it."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from web.proxies import behind, client_of

OURS = (ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first was written by the client itself
        ("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),  # two proxies of ours
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),  # nobody but ours: a check by the proxy itself
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, nonsense", "10.0.0.1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # whoever comes past the proxies can't say who they are
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("2001:db8:1::2", "2001:db8:2::3", "2001:db8:2::3"),
    ],
)
def test_the_first_address_from_the_end_that_is_not_ours_is_the_client(peer: str, forwarded: str, client: str) -> None:
    assert client_of(peer, forwarded, OURS) == client


def test_nobody_is_believed_where_no_proxy_is_named() -> None:
    assert client_of("10.0.0.1", "203.0.113.7", ()) == "10.0.0.1"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("trusted", "client"), [(OURS, "203.0.113.7"), ((), "10.0.0.1")])
async def test_pages_and_sockets_are_told_the_same(kind: str, trusted: Any, client: str) -> None:
    seen: list[Any] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append(scope["client"])

    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"203.0.113.7")]
    scope = {"type": kind, "client": ["10.0.0.1", 4711], "headers": headers}
    await behind(application, trusted)(scope, None, None)
    assert seen[0] == [client, 4711]
