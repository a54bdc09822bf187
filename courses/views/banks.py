"""Banks of questions: find, write, try, copy, retire; bring in and take out as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import question_forms, quizforms
from courses.errors import NoSuchQuestion
from courses.models import Question, QuestionBank
from courses.models.banks import KINDS
from courses.questions import files, gift_writing, moodle_writing
from courses.questions.errors import BadQuestion
from courses.questions.faults import MAX_BYTES, WORDS
from courses.questions.grading import grade, said
from courses.questions.shapes import Kind, Ordered
from courses.questions.shown import shown
from courses.selectors import quizzes
from courses.services import banks
from kernel import clock
from kernel.errors import NotAllowed
from organisations.guards import needs
from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest

    from courses.questions.shapes import Question as Shape

A_PAGE = 50
WRITERS = {"gift": (gift_writing, "txt", "text/plain"), "xml": (moodle_writing, "xml", "application/xml")}
ORDERED = {
    Ordered.EXACT: gettext_lazy("all or nothing"),
    Ordered.PLACE: gettext_lazy("each item in its place"),
    Ordered.NEXT: gettext_lazy("each item followed by the right one"),
    Ordered.NEXT_LAST: gettext_lazy("each item followed by the right one, and the last one last"),
    Ordered.NEIGHBOURS: gettext_lazy("each item between the right ones"),
    Ordered.ALL_AROUND: gettext_lazy("each item with all that come before and after it"),
    Ordered.LONGEST_KEPT: gettext_lazy("the most items that stand in order"),
    Ordered.LONGEST_RUN: gettext_lazy("the most items in order without others between"),
    Ordered.DISTANCE: gettext_lazy("each item by how far it is from its place"),
}


class BankForm(forms.ModelForm[QuestionBank]):
    class Meta:
        model = QuestionBank
        fields = ("title", "organisation")

    def __init__(self, *args: Any, organisations: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=organisations)


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File of questions (GIFT or Moodle XML)"))


@needs("question.edit")
@login_required
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The banks one writes in, and a new one."""
    where = _organisations(request)
    form = BankForm(request.POST or None, organisations=where)
    if request.method == "POST" and form.is_valid():
        bank = form.save(commit=False)
        bank.created = clock.now()
        bank.save()
        return redirect("courses:bank", pk=bank.pk)
    rows = QuestionBank.objects.filter(organisation__in=where).select_related("organisation")
    rows = rows.annotate(asked=Count("questions", filter=Q(questions__retired=False)))
    context = {"banks": rows, "form": form}
    return render(request, "courses/banks/list.html", context, status=422 if request.method == "POST" else 200)


@needs("question.edit")
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _bank(request, pk))


def _detail(request: HttpRequest, bank: QuestionBank, status: int = 200, **more: Any) -> HttpResponse:
    sought, category = request.GET.get("q", "").strip()[:80], request.GET.get("category", "")
    retired = "retired" in request.GET
    rows = quizzes.of_category(bank.questions.filter(retired=retired), category)
    if sought:
        rows = rows.filter(Q(name__icontains=sought) | Q(words__icontains=sought))
    if request.GET.get("kind") in KINDS:
        rows = rows.filter(kind=request.GET["kind"])
    context = {
        "bank": bank,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "sought": sought,
        "category": category,
        "categories": bank.questions.exclude(category="")
        .order_by("category")
        .values_list("category", flat=True)
        .distinct(),
        "retired": retired,
        "kinds": KINDS.items(),
        "kind": request.GET.get("kind", ""),
        "form": FileForm(),
        **more,
    }
    return render(request, "courses/banks/bank.html", context, status=status)


@needs("question.edit")
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    bank = _bank(request, pk)
    if kind not in KINDS:
        raise Http404
    return _edit(request, bank, Kind(kind), None)


@needs("question.edit")
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    question = _question(request, pk)
    return _edit(request, question.bank, Kind(question.kind), question)


def _edit(request: HttpRequest, bank: QuestionBank, kind: Kind, question: Question | None) -> HttpResponse:
    shape = question.newest.shape if question else None
    data = question_forms.filled(shape) if shape else question_forms.empty(kind)
    fault = ""
    if request.method == "POST":
        try:
            kept = question.newest.data if question else None
            made = question_forms.read(kind, request.POST.getlist, kept)
        except BadQuestion as error:
            data, fault = question_forms.typed(request.POST.getlist), words_of(error)
        else:
            row = banks.keep(bank=bank, shape=made, by=person(request), now=clock.now(), question=question)
            messages.success(request, _("The question is saved."))
            return redirect("courses:question-preview", pk=row.pk)
    context = {
        "bank": bank,
        "question": question,
        "kind": kind.value,
        "kind_name": KINDS[kind],
        "data": data,
        "fault": fault,
        "ordered": [(each.value, name) for each, name in ORDERED.items()],
        "used": question is not None and banks.used(question),
    }
    return render(request, "courses/banks/question.html", context, status=422 if fault else 200)


@needs("question.edit")
@login_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """As a learner sees it; an answer is graded on the spot and kept nowhere."""
    question = _question(request, pk)
    shape = question.newest.shape
    asked = shown(shape, question.pk)
    response = quizforms.read(1, asked, request.POST.getlist) if request.method == "POST" else None
    context: dict[str, Any] = {
        "question": question,
        "bank": question.bank,
        "q": quizforms.laid(1, asked, response),
        "version": question.newest.number,
    }
    if request.method == "POST":
        context["graded"] = grade(shape, response)
        context["told"] = _told(shape, context["graded"].feedback)
    return render(request, "courses/banks/preview.html", context)


def _told(shape: Shape, keys: tuple[str, ...]) -> list[str]:
    return [text for text in (said(shape, key).html for key in keys) if text]


@needs("question.edit")
@login_required
@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """duplicate, retire, bring back, delete."""
    question = _question(request, pk)
    if what == "duplicate":
        name = _("%(name)s (copy)") % {"name": question.name[:240]}
        copied = banks.duplicate(question=question, name=name, by=person(request), now=clock.now())
        return redirect("courses:question", pk=copied.pk)
    if what == "delete":
        banks.delete(question=question)
        messages.success(request, _("The question is deleted."))
    elif what in {"retire", "return"}:
        banks.retire(question=question, retired=what == "retire")
        done = _("The question is retired: it is asked nowhere from now on.")
        messages.success(request, done if what == "retire" else _("The question is asked again."))
    else:
        raise Http404
    return redirect("courses:bank", pk=question.bank_id)


@needs("question.edit")
@login_required
@require_POST
def bring_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A whole file or nothing of it: each fault with its line and question."""
    bank = _bank(request, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _detail(request, bank, 422, form=form)
    file = form.cleaned_data["file"]
    parsed = files.read(file.name or "", file.read(MAX_BYTES + 1))
    faults = [(each, _(each.text) % each.values) for each in parsed.faults]
    if faults:
        return _detail(request, bank, 422, faults=faults, file=file.name)
    count = banks.bring_in(bank=bank, shapes=parsed.questions, by=person(request), now=clock.now())
    messages.success(request, _("%(count)d questions were brought in.") % {"count": count})
    for note in parsed.notes:
        messages.warning(request, f"{note.question}: {_(note.text) % note.values}")
    return redirect("courses:bank", pk=bank.pk)


@needs("question.edit")
@login_required
@require_GET
def take_out(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    bank = _bank(request, pk)
    if form not in WRITERS:
        raise Http404
    writer, ending, kind = WRITERS[form]
    rows = list(bank.questions.filter(retired=False))
    versions = quizzes.newest_versions(row.pk for row in rows)
    written = writer.write([versions[row.pk].shape for row in rows])
    answer = HttpResponse(written.text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="questions-{bank.pk}.{ending}"'
    return answer


def words_of(error: BadQuestion) -> str:
    return _(WORDS[error.why]) % error.values if error.why in WORDS else _(error.text)


def _organisations(request: HttpRequest) -> list[int]:
    """Raises NotAllowed for who writes questions nowhere."""
    found = quizzes.writes_in(actor_for(request.user))
    if not found:
        raise NotAllowed
    return found


def _bank(request: HttpRequest, pk: int) -> QuestionBank:
    bank = QuestionBank.objects.select_related("organisation").filter(pk=pk).first()
    if bank is None or not may(actor_for(request.user), "question.edit", Scope(path=bank.organisation.path)):
        raise NoSuchQuestion
    return bank


def _question(request: HttpRequest, pk: int) -> Question:
    question = get_object_or_404(Question.objects.select_related("bank__organisation"), pk=pk)
    _bank(request, question.bank_id)
    return question
