"""Certificates: one's own, the paper, the public page that verifies one, and a class's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.certificate_forms import RevokeForm, RuleForm
from courses.errors import NoSuchCertificate, NoSuchCourse
from courses.models import CourseClass, Enrolment
from courses.selectors import certificates
from courses.selectors.courses import learner
from courses.services import certificates as change
from courses.services import paper
from courses.services.showing import look_up, to_take_away
from jobs import services as jobs
from kernel import clock
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest

AT_ONCE = 30  # certificates issued within the request; more are a job


@needs("certificate.mine")
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    rows = certificates.own(person(request)).select_related("enrolment__course_class__course")
    return render(request, "courses/certificates/mine.html", {"rows": rows})


@needs("certificate.see")
@login_required
@never_cache
@require_GET
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    found = to_take_away(request.user, number, what="pdf")
    if not found.holds:
        return redirect("certificates:verify", number=found.number)
    answer = HttpResponse(paper.draw(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{found.number}.pdf"'
    return answer


@needs("certificate.verify")
@never_cache
@require_GET
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """Says what the paper says, and whether it holds; nothing of who is not asked for."""
    typed = number or request.GET.get("number", "")
    found = None
    if typed:
        found = look_up(typed, caller=request.META["REMOTE_ADDR"])
    if found is not None and not number:
        return redirect("certificates:verify", number=found.number)
    status = 200 if found is not None or not typed else 404
    context = {"it": found, "typed": typed[:40]}
    answer = render(request, "courses/certificates/verify.html", context, status=status)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@needs("certificate.issue")
@login_required
@require_GET
def of_class(request: HttpRequest, pk: int) -> HttpResponse:
    found = _class(request, pk)
    return _of_class(request, found, RuleForm(instance=certificates.rule_of(found)), 200)


@needs("certificate.issue")
@login_required
@require_POST
def set_rule(request: HttpRequest, pk: int) -> HttpResponse:
    found = _class(request, pk)
    form = RuleForm(request.POST, instance=certificates.rule_of(found))
    if not form.is_valid():
        return _of_class(request, found, form, 422)
    change.set_rule(held=found, by_itself=form.cleaned_data["by_itself"], least=form.cleaned_data["least"])
    messages.success(request, _("The rule was saved."))
    return redirect("certificates:class", pk=pk)


@needs("certificate.issue")
@login_required
@require_POST
def issue(request: HttpRequest, enrolment: int) -> HttpResponse:
    rows = Enrolment.objects.select_related("course_class__course__organisation", "person")
    row = get_object_or_404(rows, pk=enrolment)
    _class(request, row.course_class_id)
    made = change.issue(enrolment=row, by=person(request), now=clock.now())
    messages.success(request, _("%(name)s has the certificate %(number)s.") % {"name": row.person, "number": made})
    return redirect("certificates:class", pk=row.course_class_id)


@needs("certificate.issue")
@login_required
@require_POST
def issue_all(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = _class(request, pk), clock.now()
    if found.enrolments.filter(completed_at__isnull=False, certificates=None).count() > AT_ONCE:
        args = {"pk": found.pk, "by": person(request).pk}
        job = jobs.start(kind=change.ISSUE_ALL, args=args, owner=person(request), now=now, label=found.title)
        return redirect(job.get_absolute_url())
    new = change.issue_all(held=found, by=person(request), now=now)
    messages.success(request, _("Certificates issued: %(n)d.") % {"n": new})
    return redirect("certificates:class", pk=pk)


@needs("certificate.issue")
@login_required
@require_POST
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    found = certificates.by_number(number)
    if found is None:
        raise NoSuchCertificate
    held = _class(request, found.enrolment.course_class_id)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: revoking needs a reason."))
    elif change.revoke(certificate=found, reason=form.cleaned_data["reason"], by=person(request), now=clock.now()):
        messages.success(request, _("The certificate %(number)s is revoked.") % {"number": found.number})
    return redirect("certificates:class", pk=held.pk)


def _class(request: HttpRequest, pk: int) -> CourseClass:
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    if not may(learner(request.user, found.course), "certificate.issue", found.course.scope):
        raise NoSuchCourse
    return found


def _of_class(request: HttpRequest, found: CourseClass, form: RuleForm, status: int) -> HttpResponse:
    rows = certificates.standings(found, now=clock.now())
    context = {
        "found": found,
        "course": found.course,
        "rows": rows,
        "could": sum(each.may_have and each.certificate is None for each in rows),
        "form": form,
    }
    return render(request, "courses/certificates/of_class.html", context, status=status)
