"""How often mail comes: from the link in a mail, without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from courses.errors import NoSuchCourse
from courses.services import notices
from organisations.guards import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@csrf_exempt  # mail programs post "one click" themselves; the address, which nobody else knows, is the right
@needs("notice.choose")
@never_cache
@require_http_methods(["GET", "POST"])
def choice(request: HttpRequest, token: str) -> HttpResponse:
    person = notices.person_of(token)
    if person is None:
        raise NoSuchCourse
    saved = False
    if request.method == "POST":
        wanted = request.POST.get("mails", "")
        if request.POST.get("List-Unsubscribe") == "One-Click":
            wanted = User.Mails.NONE
        saved = wanted in User.Mails.values
        if saved:
            notices.choose(person, wanted)
    context = {"choices": User.Mails.choices, "chosen": person.mails, "saved": saved}
    return render(request, "courses/notices.html", context)
