"""Which right every message needs. A message that is not here can't be sent by anybody: a test sees to it."""

from __future__ import annotations

from rooms import protocol as p

HOSTS_VERBS = frozenset({"room.moderate", "room.host"})

VERB_OF: dict[type, str] = {
    # at the door, and while waiting
    p.Hello: "room.knock",
    p.Ping: "room.knock",
    p.Leave: "room.knock",
    # inside
    p.Offer: "room.take_part",
    p.Mute: "room.take_part",
    p.Want: "room.take_part",
    p.Hand: "room.take_part",
    p.React: "room.take_part",
    p.ChatSend: "room.take_part",
    p.Rename: "room.take_part",
    p.ReportQuality: "room.take_part",
    p.Fault: "room.take_part",
    # hosts and co-hosts
    p.ModerateMute: "room.moderate",
    p.ModerateAskUnmute: "room.moderate",
    p.ModerateStop: "room.moderate",
    p.ModerateRemove: "room.moderate",
    p.ModerateLock: "room.moderate",
    p.ModerateAllow: "room.moderate",
    p.ModerateLowerHand: "room.moderate",
    p.LobbyAdmit: "room.moderate",
    p.LobbyRefuse: "room.moderate",
    # hosts alone
    p.ModerateRole: "room.host",
    p.ModerateEnd: "room.host",
}
