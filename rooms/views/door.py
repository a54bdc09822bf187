"""The meeting page and its way in: what a stranger with a link meets first."""

from __future__ import annotations

import functools
import json
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from kernel import clock, ids
from kernel.errors import NotAllowed, StoaError
from organisations.guards import needs
from organisations.policies import may
from rooms import guests, selectors
from rooms.errors import NoSuchRoom
from rooms.models.room import spoken
from rooms.services import entering
from web import ratelimit

if TYPE_CHECKING:
    from collections.abc import Callable

    from rooms.models import Room

logger = logging.getLogger(__name__)

ENTRIES_PER_ADDRESS = (300, 60)  # into one room, and seconds: a whole office may share an address
FIRST_FEW = 4
INVITATIONS = "room_invitations"  # in the session: slug → token


def address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def invitation(request: HttpRequest, slug: str) -> str:
    return str(request.session.get(INVITATIONS, {}).get(slug, ""))


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals become `{"error": {"code", "text"}}` with their status."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StoaError as refusal:
            logger.info("refused code=%s path=%s", refusal.code, request.path)
            body = {"error": {"code": refusal.code, "text": _(refusal.text)}}
            return JsonResponse(body, status=refusal.status)

    return inner


@needs("room.open")
@require_GET
@never_cache
@ensure_csrf_cookie
def room_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The same answer where there is no room, and where there is one that this person may not know of."""
    try:
        room = selectors.room_for(request.user, slug, can="room.open", invitation=invitation(request, slug))
    except (NoSuchRoom, NotAllowed):
        return render(request, "rooms/nothing.html", status=404)
    if room.archived_at is not None:
        return render(request, "rooms/closed.html", {"room": room}, status=410)
    return render(request, "rooms/room.html", {"config": config(request, room)})


def config(request: HttpRequest, room: Room) -> dict[str, Any]:
    """As `RoomConfig` in frontend/src/room/config.ts has it."""
    now = clock.now()
    actor = selectors.actor_at(request.user, room, invitation=invitation(request, room.slug))
    signed_in = actor.person is not None
    guest = guests.of(request)
    meeting = selectors.active_meeting(room)
    # Who is inside is told to those who belong here, not to everybody with the link.
    stays = list(selectors.inside(meeting)) if meeting and may(actor, "room.see", room.scope) else []
    begins = next(room.beginnings(now - room.duration), None)
    scheme = "wss" if request.is_secure() else "ws"
    hosts = may(actor, "room.moderate", room.scope)
    return {
        "slug": room.slug,
        "title": room.title,
        "organisation": room.organisation_name,
        "faults": settings.ENV.faults,
        "enter_url": reverse("rooms:enter", args=[room.slug]),
        "socket_url": f"{scheme}://{request.get_host()}/ws/rooms/{room.slug}/",
        "home_url": reverse("rooms:list") if signed_in else "/",
        "join_url": request.build_absolute_uri(room.get_absolute_url()),
        "signed_in": signed_in,
        "name": request.user.name if request.user.is_authenticated and signed_in else guest.name,
        "person_organisation": spoken(selectors.organisation_of(request.user)),
        "colour": ids.colour(actor.person or guest.id),
        "passcode": bool(room.passcode_hash) and not hosts and not actor.grants,
        "live": meeting is not None,
        "starts_at": begins.isoformat() if begins else None,
        "ends_at": (begins + room.duration).isoformat() if begins else None,
        "inside_count": len(stays),
        "inside": [{"name": stay.name, "colour": selectors.colour_of(stay)} for stay in stays[:FIRST_FEW]],
        "note": _note(actor_waits=not may(actor, "room.enter", room.scope), muted=room.start_muted),
    }


def _note(*, actor_waits: bool, muted: bool) -> str:
    if actor_waits:
        return _("A host lets you in.")
    return _("Everybody starts muted here.") if muted else ""


@needs("room.open")
@require_GET
@never_cache
def invited(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """A mailed link: remembered in the session, so that the address in the bar can be shown to others."""
    if selectors.is_invitation(slug, token):  # nobody fills the session's table with inventions
        request.session[INVITATIONS] = {**request.session.get(INVITATIONS, {}), slug: token}
    return redirect("rooms:room", slug)


@needs("room.open")
@require_POST
@never_cache
@answered
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """`{name, passcode}` as JSON or form; answers a ticket for the socket, good once and for a minute."""
    ratelimit.hit(f"enter:{slug}:{address(request)}", *ENTRIES_PER_ADDRESS)
    said = _said(request)
    room = selectors.room_for(request.user, slug, can="room.open", invitation=invitation(request, slug))
    guest = guests.of(request)
    actor = selectors.actor_at(request.user, room, invitation=invitation(request, slug))
    ticket, name = entering.issue_ticket(
        room=room,
        user=request.user,
        actor=actor,
        name=said["name"],
        passcode=said["passcode"],
        guest=guest.id,
        organisation=selectors.organisation_of(request.user),
        address=address(request),
        now=clock.now(),
    )
    scheme = "wss" if request.is_secure() else "ws"
    response = JsonResponse(
        {"ticket": ticket, "name": name, "ws_url": f"{scheme}://{request.get_host()}/ws/rooms/{room.slug}/"}
    )
    if actor.person is None:
        guests.remember(response, guests.Guest(guest.id, name))
    return response


def _said(request: HttpRequest) -> dict[str, str]:
    """Texts only; whatever else comes is as if it had not been said."""
    found: Any = request.POST
    if request.content_type == "application/json":
        try:
            found = json.loads(request.body)
        except ValueError:
            found = {}
    given = found if hasattr(found, "get") else {}
    return {name: v if isinstance(v := given.get(name), str) else "" for name in ("name", "passcode")}
