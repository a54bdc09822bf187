"""The office's review: what a unit hands in waits for it, and is published when the office agrees."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from organisations.models import Organisation
from pages import rights

NAME = "Review by the office"


@transaction.atomic
def lay_review() -> Workflow | None:
    """The office's editors and administrators review. Doing it again changes nothing, nor what was set up by hand."""
    office = Organisation.get_first_root_node()
    if office is None:
        return None
    task = GroupApprovalTask.objects.filter(name=NAME).first() or GroupApprovalTask.objects.create(name=NAME)
    task.groups.add(rights.settle(office))
    workflow, _made = Workflow.objects.get_or_create(name=NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    for page in rights.pages_of(office):
        WorkflowPage.objects.get_or_create(page=page, defaults={"workflow": workflow})
    return workflow
