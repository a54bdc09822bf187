"""The pages of people who hold meetings: the list, a room, its settings, who was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel import clock
from kernel.errors import StoaError
from organisations.guards import needs
from organisations.policies import may
from rooms import attendance, ics, mailing, reaching, selectors
from rooms.forms import CodeForm, InviteForm, RoomForm
from rooms.models import Attendance, Room
from rooms.models.room import CAPABILITIES
from rooms.services import invitations
from rooms.services.rooms import Settings, archive_room, change_room, create_room
from web import ratelimit

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from accounts.models import User

PER_PAGE = 25
INVITATIONS_PER_PERSON = (500, 24 * 60 * 60)
MEETINGS_SHOWN = 10


def person(request: HttpRequest) -> User:
    """Of a view that wants a sign-in."""
    return cast("User", request.user)


def room_or_404(request: HttpRequest, slug: str, *, can: str) -> Room:
    """Pages look the same for what isn't there and for what this person may not know or do."""
    try:
        return selectors.room_for(request.user, slug, can=can)
    except StoaError as refusal:
        raise Http404 from refusal


# ---------------------------------------------------------------- lists


@needs("room.list")
@login_required
@require_GET
def room_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    visible = selectors.rooms_visible(user).annotate(running=Count("meetings", filter=selectors.RUNNING))
    rooms = visible.order_by("-running", "title", "pk")
    mine = request.GET.get("show") == "mine"
    page = Paginator(rooms.filter(owner=user) if mine else rooms, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "rooms/list.html",
        {
            "page": page,
            "mine": mine,
            "live": selectors.live_now(user),
            "next": selectors.next_meetings(user, now=clock.now(), limit=5),
            "may_create": bool(selectors.organisations_to_create_in(user)) or user.is_superuser,
            "code": CodeForm(),
        },
    )


@needs("room.knock")
@require_GET
def join(request: HttpRequest) -> HttpResponse:
    """A code or link typed by hand. Whether there is such a room is for the room's page to say."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("rooms:room", form.cleaned_data["code"])
    return render(request, "rooms/join.html", {"form": form}, status=422 if form.is_bound else 200)


# ---------------------------------------------------------------- making and changing


@needs("room.create")
@login_required
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    user = person(request)
    organisations = selectors.organisations_to_create_in(user)
    if not organisations and not user.is_superuser:
        return render(request, "rooms/may_not_create.html", status=403)
    form = RoomForm(request.POST or None, user=user, organisations=organisations)
    if form.is_valid():
        room = _saved(form, lambda given: create_room(settings=given, now=clock.now()))
        if room is not None:
            messages.success(request, _("The room is ready. Send its link to whom you want to meet."))
            return redirect("rooms:details", room.slug)
    return render(request, "rooms/form.html", {"form": form}, status=422 if form.is_bound else 200)


@needs("room.create")
@login_required
@require_POST
def start_now(request: HttpRequest) -> HttpResponse:
    """A room for this very moment; whoever made it goes straight to its door."""
    user = person(request)
    organisations = selectors.organisations_to_create_in(user)
    if not organisations and not user.is_superuser:
        return render(request, "rooms/may_not_create.html", status=403)
    title = _("Meeting of {name}").format(name=user.name)
    given = Settings(
        title=title,
        owner=user,
        organisation=organisations[0] if organisations else None,
        access=Room.Access.SIGNED_IN,
        lobby=True,
    )
    return redirect(create_room(settings=given, now=clock.now()))


@needs("room.change")
@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    room = room_or_404(request, slug, can="room.change")
    organisations = selectors.organisations_to_create_in(user)
    form = RoomForm(request.POST or None, instance=room, user=user, organisations=organisations)
    if form.is_valid():
        before = room.sequence
        changed = _saved(form, lambda given: change_room(room=room, settings=given, now=clock.now()))
        if changed is not None:
            reaching.adopt(changed)
            if changed.sequence != before:
                invitations.tell_invited(room=changed, kind="changed", now=clock.now())
            messages.success(request, _("The settings are saved."))
            return redirect("rooms:details", slug)
    return render(request, "rooms/form.html", {"form": form, "room": room}, status=422 if form.is_bound else 200)


def _saved(form: RoomForm, save: Callable[[Settings], Room]) -> Room | None:
    """None when the service refuses; the form then says why."""
    try:
        return save(form.settings())
    except StoaError as refusal:
        name, _colon, text = refusal.detail.partition(": ")
        about_field = name in form.fields
        form.add_error(name if about_field else None, text if about_field else refusal.detail or _(refusal.text))
        return None


@needs("room.change")
@login_required
@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    room = room_or_404(request, slug, can="room.change")
    if archive_room(room=room, now=clock.now()):
        reaching.end(room)
        invitations.tell_invited(room=room, kind="cancelled", now=clock.now())
        messages.success(request, _("The room is closed. Who was there remains on record."))
    return redirect("rooms:list")


# ---------------------------------------------------------------- one room


@needs("room.see")
@login_required
@require_GET
def details(request: HttpRequest, slug: str) -> HttpResponse:
    room = room_or_404(request, slug, can="room.see")
    return render(request, "rooms/details.html", about(request, room, InviteForm(initial={"language": get_language()})))


def about(request: HttpRequest, room: Room, form: InviteForm) -> dict[str, Any]:
    actor = selectors.actor_at(request.user, room)
    hosts = may(actor, "room.moderate", room.scope)
    now = clock.now()
    form_labels = RoomForm.base_fields
    meetings = room.meetings.prefetch_related(
        Prefetch("attendance", queryset=Attendance.objects.select_related("person"))
    )[:MEETINGS_SHOWN]
    return {
        "room": room,
        "may_change": may(actor, "room.change", room.scope),
        "hosts": hosts,
        "link": request.build_absolute_uri(room.get_absolute_url()),
        "meetings": meetings if hosts else [],
        "active": selectors.active_meeting(room),
        "begins": next(room.beginnings(now - room.duration), None),
        "capabilities": [(form_labels[f"may_{each}"].label, each in room.allowed) for each in CAPABILITIES],
        "invitations": room.invitations.filter(withdrawn_at=None) if hosts else [],
        "form": form,
    }


@needs("room.change")
@login_required
@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    room = room_or_404(request, slug, can="room.change")
    form = InviteForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            for name, email in said["people"]:
                ratelimit.hit(f"invite:{user.pk}", *INVITATIONS_PER_PERSON)
                invitations.invite(
                    room=room,
                    email=email,
                    name=name,
                    cohost=said["cohost"],
                    language=said["language"],
                    by=user,
                    now=clock.now(),
                )
        except StoaError as refusal:
            form.add_error("people", refusal.detail or _(refusal.text))
        else:
            number = len(said["people"])
            done = ngettext("{number} person is invited.", "{number} people are invited.", number)
            messages.success(request, done.format(number=number))
            return redirect("rooms:details", slug)
    return render(request, "rooms/details.html", about(request, room, form), status=422)


@needs("room.change")
@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    room = room_or_404(request, slug, can="room.change")
    found = get_object_or_404(room.invitations, pk=pk)
    if invitations.withdraw(invitation=found, now=clock.now()):
        messages.success(request, _("{email} is no longer invited.").format(email=found.email))
    return redirect("rooms:details", slug)


@needs("room.moderate")
@login_required
@require_GET
def attendance_table(request: HttpRequest, slug: str) -> HttpResponse:
    """All meetings, or the one that `?meeting=` names."""
    room = room_or_404(request, slug, can="room.moderate")
    stays = Attendance.objects.filter(meeting__room=room).select_related("meeting")
    if key := request.GET.get("meeting"):
        stays = stays.filter(meeting__key=key)
    text = attendance.table(stays.order_by("meeting__started_at", "joined_at", "pk"))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="attendance-{room.slug}.csv"'
    return response


@needs("room.see")
@login_required
@require_GET
def calendar_entry(request: HttpRequest, slug: str) -> HttpResponse:
    """For one's own calendar."""
    room = room_or_404(request, slug, can="room.see")
    if room.starts_at is None:
        raise Http404
    host = str(urlsplit(settings.ENV.public_address).hostname)
    text = ics.calendar(room=room, method="PUBLISH", organiser=mailing.sender(), host=host, now=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{room.slug}.ics"'
    return response
