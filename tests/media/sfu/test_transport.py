"""The private names of other libraries that the forwarding server leans on: each must exist in the pinned versions."""

from __future__ import annotations

import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport, State
from pylibsrtp import Session, _binding

from media.sfu import transport


def test_the_dtls_transport_has_the_names_we_use():
    pipe = transport._Pipe(lambda _: None)
    found = RTCDtlsTransport(pipe, [RTCCertificate.generateCertificate()])
    for name in ("_set_role", "_state", "_ssl", "_srtp_profiles", "_rx_srtp", "_tx_srtp", "stop", "on"):
        assert hasattr(found, name), name
    assert {State.CONNECTED, State.CLOSED, State.FAILED} <= set(State)


def test_an_srtp_session_shows_its_handle_and_the_binding_its_functions():
    assert hasattr(Session(), "_srtp")
    for name in ("srtp_protect", "srtp_unprotect"):
        assert callable(getattr(_binding.lib, name)), name
    assert callable(_binding.ffi.new)


def test_every_name_of_the_door_leads_somewhere():
    for name in ("parse_stun", "StunMessage", "parse_rtcp", "unpack_remb", "ReportBlock"):
        assert getattr(transport, name) is not None, name


@pytest.mark.parametrize(
    "made",
    [
        transport.pli(7),
        transport.nack(7, [1, 2, 40]),
        transport.remb(1_000_000, [7]),
        transport.receiver_report([]),
        transport.sender_report(7, "ada", ntp=1, rtp_timestamp=2, packets=3, octets=4),
    ],
)
def test_rtcp_we_write_can_be_read(made):
    assert transport.parse_rtcp(made)
