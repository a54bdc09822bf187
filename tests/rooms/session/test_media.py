"""Offers and what becomes of them, sizes, speakers, demand."""

from __future__ import annotations

import pytest

from rooms import protocol as p
from rooms import refusals as no
from rooms.session import effects as do
from rooms.session.effects import Negotiate
from rooms.session.media import SPEAKERS_EVERY_MS, Negotiated
from rooms.shapes import PublishSection, ReceiveSection
from tests.rooms.people import Meeting, camera, meeting, microphone, screen


def test_what_is_published_is_told_to_all_with_its_kind() -> None:
    room = meeting("ada", "bob")
    answer = room.publishes("bob", microphone(), camera())
    assert answer.refused == {}
    assert set(answer.publications) == {"0", "1"}
    added = [event.publication for event in room.heard("ada", p.PublicationAdded)]
    assert [(one.participant, one.source, one.codec) for one in added] == [
        (room.id("bob"), "microphone", "opus"),
        (room.id("bob"), "camera", "opus"),
    ]
    assert (added[1].width, added[1].height) == (1280, 720)


def test_the_next_offer_keeps_what_goes_on_and_ends_what_it_leaves_out() -> None:
    room = meeting("ada", "bob")
    first = room.publishes("bob", microphone(), camera()).publications
    room.forget_events()
    second = room.publishes("bob", microphone(), screen()).publications
    assert second["0"] == first["0"]
    assert [e.publication for e in room.heard("ada", p.PublicationRemoved)] == [first["1"]]
    assert [e.publication.source for e in room.heard("ada", p.PublicationAdded)] == ["screen"]
    assert room.heard("ada", p.PublicationChanged) == []


def test_an_offer_that_was_on_its_way_undoes_no_mute() -> None:
    room = meeting("ada", "bob")
    room.publishes("bob", microphone())
    room.says("ada", p.ModerateMute())
    room.publishes("bob", microphone(muted=False))
    assert room.snapshot("ada").publications[0].muted is True
    (asked,) = [effect for effect in room.effects if isinstance(effect, do.Negotiate)]
    assert asked.publish[0][0].muted is True


def test_by_a_new_connection_everything_begins_anew_for_others_too() -> None:
    """They have to ask for it again: the forwarding server ended what they received."""
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera("0")).publications["0"]
    room.forget_events()
    message = p.Offer(number=next(room.offers), sdp="v=0", publish=(camera("0"),))
    (asked,) = room.session.handle("bob", 3, message, room.now_ms)
    assert isinstance(asked, do.Negotiate)
    room.take(room.session.negotiated(asked, Negotiated(sdp="v=0", began=True)))
    told = [(type(event), getattr(event, "publication", None)) for event in room.events["ada"]]
    assert told[0] == (p.PublicationRemoved, own)
    assert told[1][0] is p.PublicationAdded
    assert len(room.snapshot("ada").publications) == 1
    assert room.answers["bob"].began is True


def test_lost_media_ends_what_was_sent_until_it_is_offered_again() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera("0")).publications["0"]
    room.take(room.session.media_disconnected(room.id("bob")))
    assert [event.publication for event in room.heard("ada", p.PublicationRemoved)] == [own]
    assert len(room.heard("bob", p.Restart)) == 1
    room.publishes("bob", camera("0"))
    assert len(room.snapshot("ada").publications) == 1


def test_who_closed_the_connection_is_not_asked_to_open_it_again() -> None:
    room = meeting("ada", "bob")
    room.publishes("bob", camera("0"))
    room.take(room.session.media_disconnected(room.id("bob"), closed=True))
    assert room.heard("bob", p.Restart) == []
    assert room.snapshot("ada").publications == ()


def test_another_size_is_told_to_all() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera()).publications["1"]
    room.publishes("bob", PublishSection(mid="1", source="camera", width=640, height=360))
    assert [(e.publication.id, e.publication.height) for e in room.heard("ada", p.PublicationChanged)] == [(own, 360)]


def test_several_people_share_at_once() -> None:
    room = meeting("ada", "bob")
    room.publishes("ada", screen())
    room.publishes("bob", screen())
    assert [one.source for one in room.snapshot("ada").publications] == ["screen", "screen"]


def test_one_source_is_published_once() -> None:
    room = meeting("ada")
    answer = room.publishes("ada", camera("0"), camera("1"))
    assert answer.refused == {"1": "publication.taken"}
    assert set(answer.publications) == {"0"}


def test_a_stale_offer_is_refused() -> None:
    room = meeting("ada")
    room.says("ada", p.Offer(number=5, sdp="v=0"))
    assert room.refused("ada", p.Offer(number=5, sdp="v=0")) == "offer.stale"
    assert room.refused("ada", p.Offer(number=4, sdp="v=0")) == "offer.stale"


def test_a_mid_stands_once_in_an_offer() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera()).publications["1"]
    offer = p.Offer(
        number=9,
        sdp="v=0",
        publish=(camera("0"),),
        receive=(ReceiveSection(mid="0", publication=own),),
    )
    assert room.refused("ada", offer) == "offer.invalid"


def test_one_receives_others_only_and_only_what_is_there() -> None:
    room = meeting("ada", "bob")
    bobs = room.publishes("bob", camera()).publications["1"]
    adas = room.publishes("ada", camera()).publications["1"]
    answer = room.publishes("ada", camera(), receive=[bobs, adas, "nothing"])
    assert answer.refused == {"r1": "publication.unknown", "r2": "publication.unknown"}
    (asked,) = [effect for effect in room.effects if isinstance(effect, do.Negotiate)]
    assert asked.receive == (ReceiveSection(mid="r0", publication=bobs),)


def test_what_the_forwarding_server_refuses_is_not_published() -> None:
    room = meeting("ada", "bob")
    message = p.Offer(number=1, sdp="v=0", publish=(camera("0"),))
    (asked,) = room.session.handle("bob", 3, message, room.now_ms)
    assert isinstance(asked, do.Negotiate)
    room.take(room.session.negotiated(asked, Negotiated(sdp="v=0", refused={"0": "codec.unsupported"})))
    assert room.answers["bob"].refused == {"0": "codec.unsupported"}
    assert room.snapshot("ada").publications == ()


def test_an_offer_that_fails_is_answered_to_its_sender_who_may_try_again() -> None:
    room = meeting("ada", "bob")
    (asked,) = room.session.handle("bob", 3, p.Offer(number=next(room.offers), sdp="?"), room.now_ms)
    assert isinstance(asked, do.Negotiate)
    effects = room.take(room.session.not_negotiated(asked, no.OfferInvalid("no fingerprint")))
    assert [effect.socket for effect in effects if isinstance(effect, do.Send)] == ["bob"]
    assert room.frames["bob"][-1]["error"]["detail"] == "no fingerprint"
    assert room.publishes("bob", microphone()) is not None


def test_an_answer_for_somebody_who_left_meanwhile_drops_the_peer() -> None:
    room = meeting("ada", "bob")
    (asked,) = room.session.handle("bob", 3, p.Offer(number=1, sdp="v=0"), room.now_ms)
    assert isinstance(asked, do.Negotiate)
    room.says("bob", p.Leave())
    assert room.session.negotiated(asked, Negotiated(sdp="v=0")) == [do.DropPeer(room.id("bob"))]


def test_a_capability_taken_during_an_offer_still_counts() -> None:
    room = meeting("ada", "bob")
    message = p.Offer(number=1, sdp="v=0", publish=(camera("0"),))
    (asked,) = room.session.handle("bob", 3, message, room.now_ms)
    assert isinstance(asked, do.Negotiate)
    room.says("ada", p.ModerateAllow(capability="camera", allowed=False))
    effects = room.take(room.session.negotiated(asked, Negotiated(sdp="v=0")))
    assert room.answers["bob"].refused == {"0": "not_allowed"}
    assert [effect for effect in effects if isinstance(effect, do.Unpublish)]
    assert room.snapshot("ada").publications == ()


def test_mute_is_told_to_all_and_to_the_forwarding_server() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", microphone()).publications["0"]
    room.says("bob", p.Mute(publication=own, muted=True))
    assert do.Silence(own, True) in room.effects
    assert room.heard("ada", p.PublicationChanged)[-1].publication.muted is True
    room.says("bob", p.Mute(publication=own, muted=True))
    assert not [effect for effect in room.effects if isinstance(effect, do.Silence)]


def test_one_mutes_only_what_is_ones_own() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", microphone()).publications["0"]
    assert room.refused("ada", p.Mute(publication=own, muted=True)) == "publication.unknown"


def test_a_wanted_size_goes_to_the_forwarding_server() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera()).publications["1"]
    room.says("ada", p.Want(publication=own, max_height_px=360))
    assert do.AskSize(room.id("ada"), own, 360) in room.effects
    assert room.refused("bob", p.Want(publication=own, max_height_px=1)) == "publication.unknown"
    assert room.refused("ada", p.Want(publication="?", max_height_px=1)) == "publication.unknown"


def test_the_viewer_hears_the_layer_and_the_publisher_the_demand() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera()).publications["1"]
    room.take(room.session.forwarding(room.id("ada"), own, "h", "bandwidth"))
    room.take(room.session.demand(own, "h"))
    assert [(e.layer, e.reason) for e in room.heard("ada", p.Forwarding)] == [("h", "bandwidth")]
    assert [e.layer for e in room.heard("bob", p.Demand)] == ["h"]
    assert room.heard("bob", p.Forwarding) == room.heard("ada", p.Demand) == []


def test_after_resuming_one_knows_again_which_layers_come() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera()).publications["1"]
    room.take(room.session.forwarding(room.id("ada"), own, "f", "wanted"))
    room.breaks("ada")
    room.take(room.session.forwarding(room.id("ada"), own, "q", "bandwidth"))
    room.resume("ada again", of="ada")
    assert [event.layer for event in room.heard("ada again", p.Forwarding)] == ["q"]


# ---------------------------------------------------------------- speakers


def speaking(room: Meeting, *levels: tuple[str, int]) -> list[tuple[tuple[str, int], ...]]:
    room.forget_events()
    room.take(room.session.speakers(levels, room.now_ms))
    return [event.speakers for event in room.heard("ada", p.Speakers)]


def test_speakers_are_people_loudest_first_and_the_muted_are_silent() -> None:
    room = meeting("ada", "bob", "carol")
    ids = {name: room.publishes(name, microphone()).publications["0"] for name in ("ada", "bob", "carol")}
    room.says("carol", p.Mute(publication=ids["carol"], muted=True))
    heard = speaking(room, (ids["ada"], 30), (ids["bob"], 70), (ids["carol"], 99), ("gone", 50))
    assert heard == [((room.id("bob"), 70), (room.id("ada"), 30))]


def test_speakers_come_at_a_bearable_pace_and_the_last_word_is_not_lost() -> None:
    room = meeting("ada")
    own = room.publishes("ada", microphone()).publications["0"]
    assert len(speaking(room, (own, 50))) == 1
    assert speaking(room, (own, 60)) == []
    assert speaking(room) == []
    room.passes(SPEAKERS_EVERY_MS)
    assert [event.speakers for event in room.heard("ada", p.Speakers)] == [()]
    room.forget_events()
    room.passes(SPEAKERS_EVERY_MS)
    assert room.heard("ada", p.Speakers) == []


def test_who_is_muted_is_shown_speaking_no_more() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", microphone()).publications["0"]
    assert len(speaking(room, (own, 50))) == 1
    room.says("bob", p.Mute(publication=own, muted=True))
    room.passes(SPEAKERS_EVERY_MS)
    assert room.heard("ada", p.Speakers)[-1].speakers == ()


# ---------------------------------------------------------------- faults


def test_faults_are_for_tests() -> None:
    assert meeting("ada").refused("ada", p.Fault(kind="drop_socket")) == "not_allowed"


@pytest.mark.parametrize(("kind", "resumes"), [("drop_socket", True), ("lose_session", False), ("new_epoch", False)])
def test_a_broken_socket_resumes_and_a_lost_session_does_not(kind: str, resumes: bool) -> None:
    room = meeting("ada", "bob", faults=True)
    room.says("ada", p.Fault(kind=kind))  # type: ignore[arg-type]
    assert "ada" in room.hung()
    if kind != "new_epoch":
        assert room.heard("bob", p.ParticipantChanged)[-1].participant.connected is False
    if resumes:
        assert room.resume("again", of="ada").resumed
    else:
        with pytest.raises(no.SessionLost):
            room.resume("again", of="ada")


def test_dropped_media_is_for_the_browser_to_notice() -> None:
    room = meeting("ada", faults=True)
    room.says("ada", p.Fault(kind="drop_media"))
    assert do.CutPeer(room.id("ada")) in room.effects
    assert room.heard("ada", p.Restart) == []


def test_a_section_as_the_browser_may_write_it() -> None:
    assert PublishSection(mid="0", source="camera").muted is False


def test_a_new_connection_is_wanted_what_the_old_one_was() -> None:
    room = meeting("ada", "bob")
    own = room.publishes("bob", camera()).publications["1"]
    room.says("ada", p.Want(publication=own, max_height_px=360))
    asked = Negotiate(room.id("ada"), 7, p.Offer(number=9, sdp="v=0"), (), ())
    room.take(room.session.negotiated(asked, Negotiated(sdp="v=0")))
    assert not [each for each in room.effects if isinstance(each, do.AskSize)]
    room.take(room.session.negotiated(asked, Negotiated(sdp="v=0", began=True)))
    assert do.AskSize(room.id("ada"), own, 360) in room.effects
