"""Who gets in, who waits, who stays out, and what the others are told."""

from __future__ import annotations

import pytest

from organisations.policies import Actor, Grant, Role, RoleAt
from rooms import protocol as p
from rooms import refusals as no
from rooms.session import effects as do
from rooms.session.entering import EMPTY_GRACE_MS, GRACE_MS, tidy
from tests.rooms.people import (
    ADA,
    BOB,
    CAROL,
    EVE,
    GUEST,
    MONDAY,
    Meeting,
    camera,
    meeting,
    microphone,
    ticket,
    with_,
)

ADMITTED = with_(access="admitted", lobby=True)
LINK = with_(access="link")
LOBBY = with_(access="members", lobby=True)


def test_a_member_enters_a_members_room_and_sees_who_is_there() -> None:
    room = meeting("ada")
    welcome = room.enter("bob", ticket(BOB))
    assert (welcome.state, welcome.resumed, welcome.version) == ("in", False, 1)
    assert welcome.snapshot is not None
    assert [(one.name, one.role) for one in welcome.snapshot.participants] == [
        ("Ada", "host"),
        ("Bob", "participant"),
    ]
    assert welcome.you == welcome.snapshot.participants[1].id
    assert [event.participant.name for event in room.heard("ada", p.ParticipantJoined)] == ["Bob"]
    assert room.heard("bob", p.ParticipantJoined) == []


@pytest.mark.parametrize("stranger", [EVE, GUEST])
def test_a_stranger_does_not_enter_a_members_room(stranger: Actor) -> None:
    room = meeting("ada")
    with pytest.raises(no.NotAllowed):
        room.enter("eve", ticket(stranger))
    assert room.effects == []
    assert len(room.snapshot("ada").participants) == 1


def test_a_guest_enters_by_link() -> None:
    room = Meeting(LINK)
    welcome = room.enter("guest", ticket(GUEST, LINK, name="Zoë", guest="g1"))
    assert welcome.state == "in"
    assert welcome.snapshot is not None
    assert welcome.snapshot.participants[0].guest is True


def test_an_invited_stranger_enters() -> None:
    invited = Actor("eve", (), (Grant("enter", f"room:{MONDAY.slug}"),))
    assert meeting("ada").enter("eve", ticket(invited)).state == "in"


def test_an_invitation_to_another_room_opens_nothing() -> None:
    invited = Actor("eve", (), (Grant("enter", "room:other"),))
    with pytest.raises(no.NotAllowed):
        meeting("ada").enter("eve", ticket(invited))


def test_a_client_of_another_version_is_told_so() -> None:
    room = Meeting()
    with pytest.raises(no.VersionUnsupported):
        room.session.hello("ada", 1, p.Hello(versions=(2, 3)), ticket(ADA), room.now_ms)


def test_a_socket_says_hello_once() -> None:
    room = meeting("ada")
    with pytest.raises(no.HelloRepeated):
        room.enter("ada", ticket(ADA))
    assert room.refused("ada", p.Hello(versions=(1,))) == "hello.repeated"


def test_a_socket_that_said_no_hello_is_asked_to() -> None:
    assert meeting("ada").refused("nobody", p.Ping()) == "hello.expected"


def test_the_same_person_may_come_twice() -> None:
    room = meeting("ada")
    room.enter("second tab", ticket(ADA))
    assert [one.name for one in room.snapshot("ada").participants] == ["Ada", "Ada"]


def test_a_full_room_takes_hosts_only() -> None:
    small = with_(capacity=1)
    room = meeting("bob", room=small)
    with pytest.raises(no.RoomFull):
        room.enter("carol", ticket(CAROL, small))
    assert room.enter("ada", ticket(ADA, small)).state == "in"


def test_a_locked_room_takes_hosts_only() -> None:
    room = meeting("ada", "bob")
    room.says("ada", p.ModerateLock(locked=True))
    assert room.heard("bob", p.RoomChanged)[-1].room.locked is True
    with pytest.raises(no.RoomLocked):
        room.enter("carol", ticket(CAROL))
    assert room.enter("second tab", ticket(ADA)).state == "in"
    room.says("ada", p.ModerateLock(locked=False))
    assert room.enter("carol", ticket(CAROL)).state == "in"


def test_a_name_is_one_line_of_visible_writing() -> None:
    assert tidy("  Ada\n\u202eecila\0 \t李 \u200b") == "Ada ecila 李"
    room = Meeting(LINK)
    room.enter("guest", ticket(GUEST, LINK, name="\u202e\u200b"))
    assert room.snapshot("guest").participants[0].name == "?"


# ---------------------------------------------------------------- lobby


@pytest.mark.parametrize("kind", [ADMITTED, LOBBY])
def test_who_waits_sees_nothing_of_the_room(kind: object) -> None:
    room = meeting("ada", room=kind)  # type: ignore[arg-type]
    welcome = room.enter("guest", ticket(GUEST, kind, name="Zoë"))  # type: ignore[arg-type]
    assert (welcome.state, welcome.snapshot, welcome.hosts_present) == ("waiting", None, True)
    room.says("ada", p.ChatSend(text="between us"))
    room.publishes("ada", microphone())
    assert room.events.get("guest", []) == []
    for message in (
        p.ChatSend(text="hello?"),
        p.Hand(raised=True),
        p.Offer(number=1, sdp="v=0"),
        p.React(reaction="clap"),
        p.LobbyAdmit(),
        p.Want(publication="id1", max_height_px=1),
        p.Fault(kind="drop_socket"),
    ):
        assert room.refused("guest", message) == "not_allowed"
    room.says("guest", p.Ping())
    assert len(room.snapshot("ada").participants) == 1


def test_hosts_see_who_waits_and_others_do_not() -> None:
    room = meeting("ada", room=ADMITTED)
    room.enter("bob", ticket(BOB, ADMITTED))
    room.says("ada", p.LobbyAdmit())
    room.forget_events()
    room.enter("guest", ticket(GUEST, ADMITTED, name="Zoë"))
    assert [one.name for one in room.heard("ada", p.LobbyChanged)[-1].waiting] == ["Zoë"]
    assert room.heard("bob", p.LobbyChanged) == []
    assert room.snapshot("bob").waiting == ()
    assert len(room.snapshot("ada").waiting) == 1


def test_an_admitted_person_gets_everything_at_once_and_may_take_part() -> None:
    room = meeting("ada", room=ADMITTED)
    room.says("ada", p.ChatSend(text="before"))
    you = room.enter("bob", ticket(BOB, ADMITTED)).you
    room.says("ada", p.LobbyAdmit(waiting=you))
    (admitted,) = room.heard("bob", p.LobbyAdmitted)
    assert [one.text for one in admitted.snapshot.chat] == ["before"]
    assert you in [one.id for one in admitted.snapshot.participants]
    assert [event.participant.id for event in room.heard("ada", p.ParticipantJoined)] == [you]
    assert room.heard("ada", p.LobbyChanged)[-1].waiting == ()
    room.says("bob", p.ChatSend(text="after"))
    assert room.heard("ada", p.ChatReceived)[-1].message.text == "after"


def test_all_are_admitted_in_the_order_they_came_as_many_as_fit() -> None:
    small = with_(access="admitted", lobby=True, capacity=3)
    room = meeting("ada", room=small)
    for name in ("one", "two", "three"):
        room.enter(name, ticket(GUEST, small, name=name))
    room.says("ada", p.LobbyAdmit())
    assert [one.name for one in room.snapshot("ada").participants] == ["Ada", "one", "two"]
    assert [one.name for one in room.snapshot("ada").waiting] == ["three"]
    assert room.refused("ada", p.LobbyAdmit()) == "room.full"


def test_a_refused_person_is_told_so_and_may_knock_again() -> None:
    room = meeting("ada", room=ADMITTED)
    you = room.enter("guest", ticket(GUEST, ADMITTED, guest="g1")).you
    room.says("ada", p.LobbyRefuse(waiting=you))
    (goodbye,) = room.heard("guest", p.Goodbye)
    assert (goodbye.action, goodbye.reason) == ("disconnect", "refused")
    assert room.hung() == {"guest"}
    assert room.refused("ada", p.LobbyRefuse(waiting=you)) == "waiting.unknown"
    assert room.refused("guest", p.Ping()) == "hello.expected"
    assert room.enter("again", ticket(GUEST, ADMITTED, guest="g1")).state == "waiting"


def test_the_lobby_is_open_before_the_host_comes() -> None:
    room = Meeting(ADMITTED)
    assert room.enter("guest", ticket(GUEST, ADMITTED)).hosts_present is False
    room.enter("ada", ticket(ADA, ADMITTED))
    assert [event.hosts_present for event in room.heard("guest", p.LobbyState)] == [True]
    assert [one.name for one in room.welcome["ada"].snapshot.waiting] == ["Guest"]  # type: ignore[union-attr]
    room.says("ada", p.Leave())
    assert [event.hosts_present for event in room.heard("guest", p.LobbyState)] == [True, False]


def test_the_office_host_role_enters_past_the_lobby() -> None:
    host = Actor("carol", (RoleAt(Role.HOST, "0001"),))
    assert Meeting(ADMITTED).enter("carol", ticket(host, ADMITTED)).state == "in"


def test_members_enter_where_strangers_wait() -> None:
    room = meeting("ada", room=LOBBY)
    assert room.enter("bob", ticket(BOB, LOBBY)).state == "in"
    assert room.enter("eve", ticket(EVE, LOBBY)).state == "waiting"


def test_nobody_waits_where_nobody_may_ask() -> None:
    closed = with_(access="admitted", lobby=False)
    with pytest.raises(no.NotAllowed):
        meeting("ada", room=closed).enter("bob", ticket(BOB, closed))


def test_who_came_before_the_lobby_was_switched_on_may_go_on() -> None:
    room = meeting("ada", "bob")
    changed = with_(access="admitted", lobby=True, title="Monday, private", changed_ms=5)
    assert room.enter("carol", ticket(CAROL, changed)).state == "waiting"
    assert room.heard("bob", p.RoomChanged)[-1].room.title == "Monday, private"
    room.says("bob", p.ChatSend(text="still here"))


def test_an_older_ticket_does_not_undo_newer_settings() -> None:
    room = Meeting(with_(title="new", changed_ms=5))
    room.enter("ada", ticket(ADA, with_(title="old", changed_ms=4)))
    assert room.snapshot("ada").room.title == "new"


# ---------------------------------------------------------------- broken connections


def test_a_broken_connection_is_marked_and_resumed_with_what_was_missed() -> None:
    room = meeting("ada", "bob")
    room.breaks("bob")
    assert room.heard("ada", p.ParticipantChanged)[-1].participant.connected is False
    room.says("ada", p.ChatSend(text="missed"))
    room.passes(GRACE_MS - 1)
    welcome = room.resume("bob again", of="bob")
    assert (welcome.resumed, welcome.state, welcome.snapshot) == (True, "in", None)
    assert welcome.you == room.id("bob")
    assert [event.message.text for event in room.heard("bob again", p.ChatReceived)] == ["missed"]
    assert room.heard("ada", p.ParticipantChanged)[-1].participant.connected is True
    assert room.heard("ada", p.ParticipantLeft) == []


def test_replayed_events_keep_their_numbers_and_come_once() -> None:
    room = meeting("ada", "bob")
    room.says("ada", p.ChatSend(text="seen"))
    room.breaks("bob")
    room.says("ada", p.ChatSend(text="missed"))
    room.resume("bob again", of="bob")
    room.says("ada", p.ChatSend(text="after"))
    frames = [*room.frames["bob"], *room.frames["bob again"]]
    numbers = [frame["seq"] for frame in frames if "seq" in frame]
    assert numbers == sorted(set(numbers))
    texts = [frame["message"]["text"] for frame in frames if frame.get("type") == "chat.message"]
    assert texts == ["seen", "missed", "after"]


def test_media_goes_on_while_the_connection_is_resumed() -> None:
    room = meeting("ada", "bob")
    room.publishes("bob", camera())
    assert not [e for e in room.breaks("bob") if isinstance(e, do.DropPeer | do.Unpublish)]
    assert len(room.snapshot("ada").publications) == 1


def test_after_the_grace_the_person_is_gone() -> None:
    room = meeting("ada", "bob")
    room.publishes("bob", camera())
    room.breaks("bob")
    room.passes(GRACE_MS)
    assert room.heard("ada", p.ParticipantLeft)[-1].reason == "lost"
    assert room.dropped() == {room.id("bob")}
    assert room.snapshot("ada").publications == ()
    with pytest.raises(no.SessionLost):
        room.resume("bob again", of="bob")


def test_a_session_resumed_elsewhere_takes_the_place_of_the_older_socket() -> None:
    room = meeting("ada", "bob")
    room.resume("bob elsewhere", of="bob")
    (goodbye,) = room.heard("bob", p.Goodbye)
    assert (goodbye.action, goodbye.reason) == ("disconnect", "replaced")
    assert room.hung() == {"bob"}
    room.breaks("bob")  # the older socket closes: that is nobody's loss
    room.says("bob elsewhere", p.Ping())
    assert room.heard("ada", p.ParticipantLeft) == []


@pytest.mark.parametrize("epoch", ["another", "id0"])
def test_another_epoch_means_the_session_is_lost(epoch: str) -> None:
    room = meeting("ada")
    room.breaks("ada")
    with pytest.raises(no.SessionLost):
        room.resume("again", of="ada", epoch=epoch)


def test_a_gap_too_large_to_replay_means_the_session_is_lost() -> None:
    room = meeting("ada", "bob")
    room.breaks("bob")
    for number in range(600):
        room.says("ada", p.Hand(raised=number % 2 == 0))
    with pytest.raises(no.SessionLost):
        room.resume("again", of="bob", last_seq=1)


def test_a_number_never_sent_means_the_session_is_lost() -> None:
    room = meeting("ada")
    with pytest.raises(no.SessionLost):
        room.resume("again", of="ada", last_seq=10_000)


def test_a_guessed_secret_resumes_nothing() -> None:
    room = meeting("ada")
    for guess in ("", "id1", room.id("ada")):
        hello = p.Hello(versions=(1,), resume=guess, epoch=room.welcome["ada"].epoch)
        with pytest.raises(no.SessionLost):
            room.session.hello("eve", 1, hello, None, room.now_ms)


def test_who_waits_may_break_and_resume_too() -> None:
    room = meeting("ada", room=ADMITTED)
    you = room.enter("guest", ticket(GUEST, ADMITTED)).you
    room.breaks("guest")
    room.says("ada", p.LobbyAdmit(waiting=you))
    assert room.resume("guest again", of="guest", last_seq=0).state == "in"
    assert len(room.heard("guest again", p.LobbyAdmitted)) == 1


# ---------------------------------------------------------------- loading the page again


def test_who_loads_the_page_again_leaves_no_ghost() -> None:
    room = meeting("ada", "bob")
    room.publishes("bob", camera())
    room.breaks("bob")
    room.enter("bob anew", ticket(BOB))
    assert [one.name for one in room.snapshot("ada").participants] == ["Ada", "Bob"]
    assert [event.participant for event in room.heard("ada", p.ParticipantLeft)] == [room.id("bob")]
    assert room.dropped() == {room.id("bob")}
    assert room.snapshot("ada").publications == ()


def test_a_second_tab_is_no_ghost() -> None:
    room = meeting("ada", "bob")
    room.enter("bob too", ticket(BOB))
    assert room.heard("ada", p.ParticipantLeft) == []


def test_guests_without_a_token_are_nobodys_ghosts() -> None:
    link = with_(access="link")
    room = meeting("ada", room=link)
    room.enter("one", ticket(GUEST, link))
    room.breaks("one")
    room.enter("two", ticket(GUEST, link))
    assert room.heard("ada", p.ParticipantLeft) == []


def test_who_was_inside_comes_back_into_a_locked_or_full_room() -> None:
    small = with_(capacity=2)
    room = meeting("ada", "bob", room=small)
    room.says("ada", p.ModerateLock(locked=True))
    room.breaks("bob")
    assert room.enter("bob anew", ticket(BOB, small)).state == "in"
    room.says("bob anew", p.Leave())
    with pytest.raises(no.RoomLocked):
        room.enter("bob later", ticket(BOB, small))


def test_who_was_admitted_once_is_not_asked_again() -> None:
    room = meeting("ada", room=ADMITTED)
    you = room.enter("guest", ticket(GUEST, ADMITTED, guest="g1")).you
    room.says("ada", p.LobbyAdmit(waiting=you))
    room.says("guest", p.Leave())
    assert room.enter("again", ticket(GUEST, ADMITTED, guest="g1")).state == "in"
    assert room.enter("other", ticket(GUEST, ADMITTED, guest="g2")).state == "waiting"


def test_who_waits_alone_may_load_the_page_again() -> None:
    room = Meeting(ADMITTED)
    room.enter("guest", ticket(GUEST, ADMITTED, guest="g1"))
    room.breaks("guest")
    assert room.enter("again", ticket(GUEST, ADMITTED, guest="g1")).state == "waiting"
    assert not room.session.over
    room.enter("ada", ticket(ADA, ADMITTED))
    assert len(room.snapshot("ada").waiting) == 1


def test_what_a_host_decided_holds_when_the_page_is_loaded_again() -> None:
    room = meeting("ada", "bob", "carol")
    room.says("ada", p.ModerateAllow(capability="chat", allowed=False, participant=room.id("bob")))
    room.says("ada", p.ModerateRole(participant=room.id("carol"), role="cohost"))
    for name, actor in (("bob", BOB), ("carol", CAROL)):
        room.breaks(name)
        room.enter(f"{name} anew", ticket(actor))
    assert room.refused("bob anew", p.ChatSend(text="?")) == "not_allowed"
    assert [one.role for one in room.snapshot("ada").participants] == ["host", "participant", "cohost"]
    room.says("carol anew", p.ModerateLock(locked=True))
    room.says("ada", p.ModerateAllow(capability="chat", allowed=True))
    room.says("bob anew", p.ChatSend(text="thank you"))


def test_who_is_cohost_no_longer_is_none_after_loading_again() -> None:
    room = meeting("ada", "carol")
    for role in ("cohost", "participant"):
        room.says("ada", p.ModerateRole(participant=room.id("carol"), role=role))  # type: ignore[arg-type]
    room.says("carol", p.Leave())
    room.enter("carol anew", ticket(CAROL))
    assert room.snapshot("ada").participants[-1].role == "participant"


# ---------------------------------------------------------------- the meeting itself


def kept(room: Meeting, kind: type) -> list[object]:
    return [effect for effect in room.effects if isinstance(effect, kind)]


def test_a_meeting_begins_with_the_first_person_inside_not_with_who_waits() -> None:
    room = Meeting(ADMITTED)
    room.enter("guest", ticket(GUEST, ADMITTED))
    assert kept(room, do.MeetingOpened) == kept(room, do.Joined) == []
    room.enter("ada", ticket(ADA, ADMITTED))
    (opened,), (joined,) = kept(room, do.MeetingOpened), kept(room, do.Joined)
    assert isinstance(joined, do.Joined)
    assert (joined.person, joined.role, joined.at_ms) == ("ada", "host", room.now_ms)
    assert isinstance(opened, do.MeetingOpened)
    assert room.snapshot("ada").room.started_ms == opened.at_ms


def test_every_leave_is_kept_with_its_reason() -> None:
    room = meeting("ada", "bob")
    room.says("bob", p.Leave())
    (left,) = kept(room, do.Left)
    assert isinstance(left, do.Left)
    assert (left.participant, left.reason) == (room.id("bob"), "left")


def test_an_empty_meeting_ends_after_its_grace_and_not_before() -> None:
    room = meeting("ada")
    room.says("ada", p.Leave())
    room.passes(EMPTY_GRACE_MS - 1)
    assert not room.session.over
    room.enter("bob", ticket(BOB))
    room.passes(EMPTY_GRACE_MS)
    assert not room.session.over
    room.says("bob", p.Leave())
    room.passes(EMPTY_GRACE_MS)
    assert room.session.over
    assert len(kept(room, do.MeetingClosed)) == len(kept(room, do.CloseRoom)) == 1


def test_a_host_ends_it_for_all_who_wait_included() -> None:
    room = meeting("ada", "bob")
    room.enter("guest", ticket(GUEST, with_(access="admitted", lobby=True, changed_ms=1)))
    room.says("ada", p.ModerateEnd())
    for socket in ("ada", "bob", "guest"):
        (goodbye,) = room.heard(socket, p.Goodbye)
        assert (goodbye.action, goodbye.reason) == ("disconnect", "ended")
    assert room.hung() == {"ada", "bob", "guest"}
    assert len(kept(room, do.Left)) == 2
    assert room.session.over


def test_a_room_nobody_got_into_is_forgotten() -> None:
    room = Meeting()
    with pytest.raises(no.NotAllowed):
        room.enter("eve", ticket(EVE))
    room.passes(1)
    assert room.session.over


def test_a_suspended_person_is_out_at_once_and_stays_out() -> None:
    room = meeting("ada", "bob")
    room.publishes("bob", microphone())
    room.enter("second tab", ticket(BOB))
    room.breaks("second tab")
    room.take(room.session.suspend("bob", room.now_ms))
    assert room.heard("bob", p.Goodbye)[-1].reason == "suspended"
    assert room.hung() == {"bob"}
    assert room.dropped() == {room.id("bob"), room.id("second tab")}
    assert [one.name for one in room.snapshot("ada").participants] == ["Ada"]
    with pytest.raises(no.RoomRemoved):
        room.enter("again", ticket(BOB))
    with pytest.raises(no.SessionLost):
        room.resume("again", of="second tab")


def test_a_draining_node_sends_everybody_to_enter_again() -> None:
    room = meeting("ada", "bob")
    room.take(room.session.drain(room.now_ms))
    (goodbye,) = room.heard("bob", p.Goodbye)
    assert (goodbye.action, goodbye.reason) == ("reconnect", "draining")


def test_who_floods_is_out_with_the_reason() -> None:
    room = meeting("ada", "bob")
    room.take(room.session.flooded("bob", room.now_ms))
    assert room.heard("bob", p.Goodbye)[-1].reason == "flood"
    assert room.hung() == {"bob"}
