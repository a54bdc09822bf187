"""Chat, hands, reactions, names and marks of quality."""

from __future__ import annotations

import pytest

from rooms import protocol as p
from rooms.session.quality import BETTER_AFTER, WORSE_AFTER, mark_of
from rooms.session.state import CHAT_KEPT
from tests.rooms.people import BOB, CAROL, MONDAY, Meeting, meeting, ticket

BAD = p.ReportQuality(loss_up_permille=200)
FINE = p.ReportQuality(round_trip_ms=20)


def said(room: Meeting, socket: str) -> list[str]:
    return [event.message.text for event in room.heard(socket, p.ChatReceived)]


def test_everybody_hears_what_is_said_to_all() -> None:
    room = meeting("ada", "bob")
    answer = room.says("bob", p.ChatSend(text="<b>hello</b>"))
    assert said(room, "ada") == said(room, "bob") == ["<b>hello</b>"]
    message = room.heard("ada", p.ChatReceived)[0].message
    assert (message.id, message.author, message.author_name) == (answer.message, room.id("bob"), "Bob")


def test_a_private_message_is_for_the_two_now_and_later() -> None:
    room = meeting("ada", "bob", "carol")
    room.says("bob", p.ChatSend(text="between us", to=room.id("carol")))
    assert said(room, "bob") == said(room, "carol") == ["between us"]
    assert said(room, "ada") == []
    assert room.heard("carol", p.ChatReceived)[0].message.to_name == "Carol"
    seen = {name: [m.text for m in room.snapshot(name).chat] for name in ("ada", "bob", "carol")}
    assert seen == {"ada": [], "bob": ["between us"], "carol": ["between us"]}


def test_who_comes_back_reads_her_own_private_messages_again() -> None:
    room = meeting("ada", "bob", "carol")
    room.says("bob", p.ChatSend(text="between us", to=room.id("carol")))
    room.says("carol", p.Leave())
    again = room.enter("carol again", ticket(CAROL))
    assert again.snapshot is not None
    assert [m.text for m in again.snapshot.chat] == ["between us"]


@pytest.mark.parametrize("to", ["nobody", "bob"])
def test_a_private_message_needs_somebody_else(to: str) -> None:
    room = meeting("ada", "bob")
    receiver = room.id("bob") if to == "bob" else to
    assert room.refused("bob", p.ChatSend(text="?", to=receiver)) == "participant.unknown"


def test_private_messages_may_be_off_while_chat_is_on() -> None:
    room = meeting("ada", "bob", "carol")
    room.says("ada", p.ModerateAllow(capability="private_chat", allowed=False))
    assert room.refused("bob", p.ChatSend(text="psst", to=room.id("carol"))) == "not_allowed"
    room.says("bob", p.ChatSend(text="aloud"))


def test_blank_text_is_nothing_to_say() -> None:
    assert meeting("ada").refused("ada", p.ChatSend(text=" \n ")) == "message.malformed"


def test_who_writes_too_fast_waits_and_others_do_not() -> None:
    room = meeting("ada", "bob")
    for _ in range(10):
        room.says("bob", p.ChatSend(text="spam"))
    assert room.refused("bob", p.ChatSend(text="spam")) == "too_many"
    room.says("ada", p.ChatSend(text="calm"))
    room.now_ms += 1000
    room.says("bob", p.ChatSend(text="again"))


def test_late_comers_read_the_last_of_it() -> None:
    room = meeting("ada")
    for number in range(CHAT_KEPT + 20):
        room.now_ms += 1000
        room.says("ada", p.ChatSend(text=f"line {number}"))
    snapshot = room.enter("bob", ticket(BOB)).snapshot
    assert snapshot is not None
    assert len(snapshot.chat) == CHAT_KEPT
    assert snapshot.chat[-1].text == f"line {CHAT_KEPT + 19}"


def test_history_is_bounded_in_size_too() -> None:
    room = meeting("ada")
    for _ in range(100):
        room.now_ms += 1000
        room.says("ada", p.ChatSend(text="长" * 2000))
    assert len(room.snapshot("ada").chat) == 50


# ---------------------------------------------------------------- hands, reactions, names


def test_hands_stand_in_the_order_of_raising_even_within_a_millisecond() -> None:
    room = meeting("ada", "bob", "carol")
    for name in ("carol", "ada", "bob"):
        room.says(name, p.Hand(raised=True))
    hands = sorted(room.snapshot("ada").participants, key=lambda one: one.hand_at_ms or 0)
    assert [one.name for one in hands] == ["Carol", "Ada", "Bob"]
    before = room.snapshot("ada")
    room.says("carol", p.Hand(raised=True))
    assert room.snapshot("ada") == before


def test_a_hand_goes_down_by_oneself_or_by_a_host() -> None:
    room = meeting("ada", "bob", "carol")
    for name in ("bob", "carol"):
        room.says(name, p.Hand(raised=True))
    room.says("bob", p.Hand(raised=False))
    room.says("ada", p.ModerateLowerHand())
    assert [one.hand_at_ms for one in room.snapshot("ada").participants] == [None] * 3


def test_reactions_are_seen_by_all_not_replayed_and_not_endless() -> None:
    room = meeting("ada", "bob")
    room.breaks("bob")
    room.says("ada", p.React(reaction="heart"))
    assert [(e.participant, e.reaction) for e in room.heard("ada", p.ReactionShown)] == [(room.id("ada"), "heart")]
    room.resume("bob again", of="bob")
    assert room.heard("bob again", p.ReactionShown) == []
    for _ in range(7):
        room.says("ada", p.React(reaction="heart"))
    assert room.refused("ada", p.React(reaction="heart")) == "too_many"


def test_a_new_name_is_seen_by_all() -> None:
    room = meeting("ada", "bob")
    room.says("bob", p.Rename(name=" Robert\n\u202e "))
    assert room.heard("ada", p.ParticipantChanged)[-1].participant.name == "Robert"
    assert room.refused("bob", p.Rename(name="\u200b")) == "message.malformed"


# ---------------------------------------------------------------- quality


@pytest.mark.parametrize(
    ("report", "mark"),
    [
        (p.ReportQuality(), 3),
        (p.ReportQuality(round_trip_ms=400, jitter_ms=30, loss_down_permille=20), 3),
        (p.ReportQuality(round_trip_ms=401), 2),
        (p.ReportQuality(jitter_ms=31), 2),
        (p.ReportQuality(loss_down_permille=21), 2),
        (p.ReportQuality(loss_up_permille=81), 1),
        (p.ReportQuality(round_trip_ms=801), 1),
        (p.ReportQuality(jitter_ms=101), 1),
    ],
)
def test_a_report_becomes_a_mark(report: p.ReportQuality, mark: int) -> None:
    assert mark_of(report) == mark


def test_a_mark_changes_only_when_reports_agree_and_is_told_once() -> None:
    room = meeting("ada", "bob")

    def marks() -> list[int]:
        return [event.participant.quality for event in room.heard("ada", p.ParticipantChanged)]

    for report in (BAD, FINE, BAD, FINE):
        room.says("bob", report)
    assert marks() == []
    for _ in range(WORSE_AFTER):
        room.says("bob", BAD)
    assert marks() == [1]
    for _ in range(BETTER_AFTER - 1):
        room.says("bob", FINE)
    assert marks() == [1]
    room.says("bob", FINE)
    room.says("bob", FINE)
    assert marks() == [1, 3]


def test_lost_media_is_the_lowest_mark_and_the_browser_is_asked_to_offer_again() -> None:
    room = meeting("ada", "bob")
    bob = room.id("bob")
    room.take(room.session.media_disconnected(bob))
    assert room.heard("ada", p.ParticipantChanged)[-1].participant.quality == 0
    assert len(room.heard("bob", p.Restart)) == 1
    assert room.heard("ada", p.Restart) == []
    room.take(room.session.media_connected(bob))
    assert room.heard("ada", p.ParticipantChanged)[-1].participant.quality == 2


def test_the_room_of_these_tests_allows_everything() -> None:
    assert len(MONDAY.allowed) == 7
