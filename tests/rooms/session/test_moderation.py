"""What hosts may do, what co-hosts may do, and what nobody else may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rooms import protocol as p
from rooms import refusals as no
from rooms.session import effects as do
from rooms.session.rights import VERB_OF
from rooms.session.session import HANDLERS
from tests.rooms.people import ADA, BOB, CAROL, GUEST, Meeting, camera, meeting, microphone, screen, ticket, with_

HOSTS_ONLY: tuple[Any, ...] = (
    p.ModerateMute(),
    p.ModerateMute(participant="id2"),
    p.ModerateAskUnmute(participant="id2"),
    p.ModerateStop(participant="id2", source="camera"),
    p.ModerateRemove(participant="id2"),
    p.ModerateLock(locked=True),
    p.ModerateRole(participant="id2", role="cohost"),
    p.ModerateAllow(capability="chat", allowed=False),
    p.ModerateLowerHand(),
    p.LobbyAdmit(),
    p.LobbyRefuse(waiting="id2"),
    p.ModerateEnd(),
)
ABOUT_SOMEBODY = [message for message in HOSTS_ONLY if getattr(message, "participant", None)]


def test_every_message_names_the_right_it_needs_and_has_a_handler() -> None:
    from organisations.policies import VERBS

    assert set(VERB_OF) == set(p.REQUESTS)
    assert set(VERB_OF.values()) <= set(VERBS)
    assert set(HANDLERS) | {p.Hello, p.Offer, p.ChatSend} == set(p.REQUESTS)


@pytest.mark.parametrize("message", HOSTS_ONLY, ids=lambda m: m.type)
def test_a_plain_participant_moderates_nothing(message: Any) -> None:
    room = meeting("ada", "bob")
    before = room.snapshot("ada")
    assert room.refused("bob", message) == "not_allowed"
    assert room.snapshot("ada") == before


def test_the_list_above_is_complete() -> None:
    tried = {type(message) for message in HOSTS_ONLY}
    assert tried == {kind for kind, verb in VERB_OF.items() if verb in {"room.moderate", "room.host"}}


def test_a_host_mutes_one_who_is_told_and_may_unmute_again() -> None:
    room = meeting("ada", "bob")
    bob = room.id("bob")
    own = room.publishes("bob", microphone()).publications["0"]
    room.says("ada", p.ModerateMute(participant=bob))
    assert do.Silence(own, True) in room.effects
    assert [(e.source, e.by) for e in room.heard("bob", p.Stopped)] == [("microphone", room.id("ada"))]
    assert room.heard("ada", p.PublicationChanged)[-1].publication.muted is True
    room.says("bob", p.Mute(publication=own, muted=False))
    assert do.Silence(own, False) in room.effects


def test_mute_all_mutes_everybody_else() -> None:
    room = meeting("ada", "bob", "carol")
    for name in ("ada", "bob", "carol"):
        room.publishes(name, microphone(muted=name == "carol"))
    room.says("ada", p.ModerateMute())
    muted = {one.participant: one.muted for one in room.snapshot("ada").publications}
    assert muted == {room.id("ada"): False, room.id("bob"): True, room.id("carol"): True}
    assert len(room.heard("bob", p.Stopped)) == 1
    assert room.heard("carol", p.Stopped) == room.heard("ada", p.Stopped) == []


def test_nobody_unmutes_another() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", microphone(muted=True)).publications["0"]
    assert room.refused("ada", p.Mute(publication=own, muted=False)) == "publication.unknown"
    room.says("ada", p.ModerateAskUnmute(participant=room.id("bob")))
    assert [event.by for event in room.heard("bob", p.AskedToUnmute)] == [room.id("ada")]
    assert room.snapshot("ada").publications[0].muted is True


def test_a_host_stops_a_share() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", microphone(), screen()).publications["2"]
    room.says("ada", p.ModerateStop(participant=room.id("bob"), source="screen"))
    assert do.Unpublish(own) in room.effects
    assert [event.source for event in room.heard("bob", p.Stopped)] == ["screen"]
    assert [event.publication for event in room.heard("ada", p.PublicationRemoved)] == [own]
    assert [one.source for one in room.snapshot("ada").publications] == ["microphone"]


def test_a_host_stops_a_camera_and_its_owner_may_start_it_again() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera()).publications["1"]
    room.says("ada", p.ModerateStop(participant=room.id("bob"), source="camera"))
    assert do.Silence(own, True) in room.effects
    assert [event.source for event in room.heard("bob", p.Stopped)] == ["camera"]
    assert room.snapshot("ada").publications[0].muted is True
    room.says("bob", p.Mute(publication=own, muted=False))
    assert room.snapshot("ada").publications[0].muted is False


def test_a_removed_person_is_out_and_stays_out_during_this_meeting() -> None:
    room = meeting("ada", "bob", "carol")
    room.publishes("bob", camera())
    room.says("ada", p.ModerateRemove(participant=room.id("bob")))
    (goodbye,) = room.heard("bob", p.Goodbye)
    assert (goodbye.action, goodbye.reason) == ("disconnect", "removed")
    assert room.hung() == {"bob"}
    assert room.dropped() == {room.id("bob")}
    assert room.heard("carol", p.ParticipantLeft)[-1].reason == "removed"
    assert room.snapshot("ada").publications == ()
    with pytest.raises(no.RoomRemoved):
        room.enter("bob again", ticket(BOB))
    with pytest.raises(no.SessionLost):
        room.resume("bob again", of="bob")


def test_a_removed_guest_stays_out_by_the_same_token_and_others_come_in() -> None:
    link = with_(access="link")
    room = meeting("ada", room=link)
    you = room.enter("guest", ticket(GUEST, link, guest="g1")).you
    room.says("ada", p.ModerateRemove(participant=you))
    with pytest.raises(no.RoomRemoved):
        room.enter("again", ticket(GUEST, link, guest="g1", name="Somebody else"))
    assert room.enter("other", ticket(GUEST, link, guest="g2")).state == "in"


def test_a_host_does_not_remove_herself() -> None:
    room = meeting("ada")
    assert room.refused("ada", p.ModerateRemove(participant=room.id("ada"))) == "not_allowed"


# ---------------------------------------------------------------- co-hosts


def cohosted() -> Meeting:
    room = meeting("ada", "bob", "carol")
    room.says("ada", p.ModerateRole(participant=room.id("bob"), role="cohost"))
    return room


def test_a_cohost_moderates_and_others_see_it() -> None:
    room = cohosted()
    assert room.heard("carol", p.ParticipantChanged)[-1].participant.role == "cohost"
    room.publishes("carol", microphone())
    room.says("bob", p.ModerateMute(participant=room.id("carol")))
    assert room.heard("carol", p.Stopped)[-1].by == room.id("bob")


def test_a_cohost_sees_who_waits_at_once_and_no_longer_when_it_is_taken_back() -> None:
    room = meeting("ada", "bob")
    room.enter("guest", ticket(GUEST, with_(access="admitted", lobby=True, changed_ms=1)))
    room.says("ada", p.ModerateRole(participant=room.id("bob"), role="cohost"))
    assert len(room.heard("bob", p.LobbyChanged)[-1].waiting) == 1
    room.says("ada", p.ModerateRole(participant=room.id("bob"), role="participant"))
    assert room.heard("bob", p.LobbyChanged)[-1].waiting == ()
    assert room.snapshot("bob").waiting == ()
    assert room.refused("bob", p.LobbyAdmit()) == "not_allowed"


def test_a_cohost_has_no_power_over_hosts_and_names_no_cohosts() -> None:
    room = cohosted()
    assert room.refused("bob", p.ModerateRemove(participant=room.id("ada"))) == "not_allowed"
    assert room.refused("bob", p.ModerateRole(participant=room.id("carol"), role="cohost")) == "not_allowed"
    assert room.refused("bob", p.ModerateEnd()) == "not_allowed"
    assert room.refused("ada", p.ModerateRole(participant=room.id("ada"), role="participant")) == "not_allowed"


# ---------------------------------------------------------------- who may use what


def test_chat_is_switched_off_for_plain_participants_only() -> None:
    room = meeting("ada", "bob")
    room.says("ada", p.ModerateAllow(capability="chat", allowed=False))
    assert room.refused("bob", p.ChatSend(text="?")) == "not_allowed"
    assert "chat" not in room.heard("bob", p.RoomChanged)[-1].room.allowed
    assert "chat" not in room.heard("bob", p.ParticipantChanged)[-1].participant.capabilities
    room.says("ada", p.ChatSend(text="hosts may"))
    room.enter("carol", ticket(CAROL))
    assert room.refused("carol", p.ChatSend(text="?")) == "not_allowed"


def test_one_person_is_an_exception_until_the_rule_for_all_is_set_again() -> None:
    room = meeting("ada", "bob", "carol")
    room.says("ada", p.ModerateAllow(capability="react", allowed=False, participant=room.id("bob")))
    assert room.refused("bob", p.React(reaction="clap")) == "not_allowed"
    room.says("carol", p.React(reaction="clap"))
    room.says("ada", p.ModerateAllow(capability="react", allowed=True))
    room.says("bob", p.React(reaction="clap"))


def test_taking_the_microphone_away_mutes_it_and_it_stays_muted() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", microphone()).publications["0"]
    room.says("ada", p.ModerateAllow(capability="microphone", allowed=False))
    assert do.Silence(own, True) in room.effects
    assert [event.source for event in room.heard("bob", p.Stopped)] == ["microphone"]
    assert room.refused("bob", p.Mute(publication=own, muted=False)) == "not_allowed"
    room.publishes("bob", microphone())  # an offer does not unmute either
    assert room.snapshot("ada").publications[0].muted is True
    room.says("ada", p.ModerateAllow(capability="microphone", allowed=True))
    assert room.snapshot("ada").publications[0].muted is True
    room.says("bob", p.Mute(publication=own, muted=False))


@pytest.mark.parametrize("section", [microphone(), camera(), screen()])
def test_what_one_may_not_use_one_can_not_begin(section: Any) -> None:
    room = meeting("ada", "bob")
    capability = {"microphone": "microphone", "camera": "camera", "screen": "share"}[section.source]
    room.says("ada", p.ModerateAllow(capability=capability, allowed=False))  # type: ignore[arg-type]
    answer = room.publishes("bob", section)
    assert answer.refused == {section.mid: "not_allowed"}
    assert room.snapshot("ada").publications == ()
    (asked,) = [effect for effect in room.effects if isinstance(effect, do.Negotiate)]
    assert asked.publish == ()


def test_taking_camera_and_share_away_stops_what_runs() -> None:
    room = meeting("ada", "bob")
    given = room.publishes("bob", camera(), screen()).publications
    room.says("ada", p.ModerateAllow(capability="camera", allowed=False, participant=room.id("bob")))
    assert do.Silence(given["1"], True) in room.effects
    room.says("ada", p.ModerateAllow(capability="share", allowed=False))
    assert do.Unpublish(given["2"]) in room.effects
    assert {event.source for event in room.heard("bob", p.Stopped)} == {"camera", "screen"}
    assert [(one.source, one.muted) for one in room.snapshot("ada").publications] == [("camera", True)]
    assert room.refused("bob", p.Mute(publication=given["1"], muted=False)) == "not_allowed"


def test_a_cohost_who_is_one_no_longer_loses_what_plain_participants_may_not() -> None:
    room = cohosted()
    room.says("ada", p.ModerateAllow(capability="share", allowed=False))
    own = room.publishes("bob", screen()).publications["2"]
    room.says("ada", p.ModerateRole(participant=room.id("bob"), role="participant"))
    assert do.Unpublish(own) in room.effects


@pytest.mark.parametrize(
    ("capability", "message"),
    [
        ("chat", p.ChatSend(text="x")),
        ("react", p.React(reaction="yes")),
        ("rename", p.Rename(name="Robert")),
    ],
)
def test_what_the_room_does_not_allow_is_refused(capability: str, message: Any) -> None:
    allowed = tuple(c for c in with_().allowed if c != capability)
    room = meeting("ada", "bob", room=with_(allowed=allowed))
    assert room.refused("bob", message) == "not_allowed"
    room.says("ada", message)


# ---------------------------------------------------------------- nobody there


@pytest.mark.parametrize("message", ABOUT_SOMEBODY, ids=lambda m: m.type)
def test_somebody_who_is_not_there_is_unknown(message: Any) -> None:
    room = meeting("ada")
    for nobody in ("id99", "ada", ""):
        asked = type(message)(**{**_fields(message), "participant": nobody})
        assert room.refused("ada", asked) == "participant.unknown"


def _fields(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__slots__}


def test_who_waits_can_not_be_moderated_as_if_inside() -> None:
    admitted = with_(access="admitted", lobby=True)
    room = meeting("ada", room=admitted)
    you = room.enter("bob", ticket(BOB, admitted)).you
    assert room.refused("ada", p.ModerateRole(participant=you, role="cohost")) == "participant.unknown"


# ---------------------------------------------------------------- by a program, from outside


def test_whoever_hosts_leads_without_being_inside() -> None:
    room = meeting("bob", "carol")
    bob = room.id("bob")
    own = room.publishes("bob", microphone()).publications["0"]
    room.take(room.session.act(ADA, p.ModerateMute(), room.now_ms))
    assert do.Silence(own, True) in room.effects
    assert [(e.source, e.by) for e in room.heard("bob", p.Stopped)] == [("microphone", "")]
    assert [each.id for each in room.session.overview(ADA).participants] == [bob, room.id("carol")]


@pytest.mark.parametrize("message", HOSTS_ONLY, ids=lambda m: m.type)
def test_nobody_else_leads_from_outside(message: Any) -> None:
    room = meeting("ada", "bob")
    before = room.snapshot("ada")
    for actor in (BOB, GUEST):
        with pytest.raises(no.NotAllowed):
            room.session.act(actor, message, room.now_ms)
        with pytest.raises(no.NotAllowed):
            room.session.overview(actor)
    assert room.snapshot("ada") == before


@pytest.mark.parametrize("message", [p.ChatSend(text="hello"), p.Hand(raised=True), p.Leave(), p.Ping()])
def test_from_outside_nobody_takes_part(message: Any) -> None:
    room = meeting("bob")
    with pytest.raises(no.NotAllowed):
        room.session.act(ADA, message, room.now_ms)


def test_a_setting_changed_on_the_rooms_page_holds_for_those_inside() -> None:
    room = meeting("ada", "bob")
    share = room.publishes("bob", screen()).publications
    without = tuple(each for each in room.facts.allowed if each != "share")
    room.take(room.session.adopt(replace(room.facts, allowed=without, changed_ms=room.now_ms)))
    assert "share" not in room.heard("bob", p.ParticipantChanged)[-1].participant.capabilities
    assert room.heard("bob", p.Stopped)[0].source == "screen"
    assert {do.Unpublish(each) for each in share.values()} <= set(room.effects)
    assert "share" in room.session.room.capabilities(room.session.room.people[room.id("ada")])
