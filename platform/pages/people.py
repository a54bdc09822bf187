"""People in the Studio. Wagtail writes to accounts directly; here it goes through our services instead.

"Active" in a person's form, the same for many at once, and deleting: each ends sessions, keys and meetings, and is
written into the log of administrative acts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.decorators import method_decorator
from wagtail.users.views.bulk_actions import DeleteBulkAction, SetActiveStateBulkAction
from wagtail.users.views.users import DeleteView, EditView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from accounts import services
from kernel import clock
from web.rights import public

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


def set_active(person: User, *, active: bool, by: User | None) -> None:
    act = services.restore if active else services.suspend
    act(person=person, by=by, now=clock.now())


own_guard = method_decorator(public("Wagtail's own guard: who may change or delete accounts"), name="dispatch")


@own_guard
class Editing(EditView):
    def save_instance(self) -> User:
        """In Wagtail's transaction, together with everything else of the form."""
        person: User = super().save_instance()
        if "is_active" in self.form.changed_data:
            set_active(person, active=person.is_active, by=self.request.user)
        return person


@own_guard
class Deleting(DeleteView):
    def delete_action(self) -> None:
        services.delete(person=self.object, by=self.request.user, now=clock.now())


class UserViewSet(WagtailUserViewSet):
    """Named in config.apps.StudioUsers."""

    edit_view_class = Editing
    delete_view_class = Deleting


class SetActive(SetActiveStateBulkAction):
    @classmethod
    def execute_action(
        cls, objects: Iterable[User], *, mark_as_active: bool = False, user: User | None = None, **_more: Any
    ) -> tuple[int, int]:
        others = [person for person in objects if user is not None and person.pk != user.pk]
        with transaction.atomic():
            for person in others:
                if person.is_active != mark_as_active:
                    set_active(person, active=mark_as_active, by=user)
        return len(others), 0


class Delete(DeleteBulkAction):
    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "user": self.request.user}

    @classmethod
    def execute_action(cls, objects: Iterable[User], user: User | None = None, **_more: Any) -> tuple[int, int]:
        people = list(objects)
        with transaction.atomic():
            for person in people:
                services.delete(person=person, by=user, now=clock.now())
        return len(people), 0
