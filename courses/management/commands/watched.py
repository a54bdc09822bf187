"""`watched recompute`: every figure made anew of its spans; what differs is named."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.models import CourseClass, Watched
from courses.services.recounting import differences


class Command(BaseCommand):
    help = "What was watched: make every figure anew of its spans."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        recompute = actions.add_parser("recompute", help="name figures that are not what their spans say")
        recompute.add_argument("--class", dest="course_class", type=int, default=None, help="of one class only")
        recompute.add_argument("--fix", action="store_true", help="write what the spans say")

    def handle(self, *args: Any, **options: Any) -> None:
        number, mend = options["course_class"], options["fix"]
        if number is not None and not CourseClass.objects.filter(pk=number).exists():
            raise CommandError(f"there is no class {number}")
        wrong = 0
        for each in differences(course_class=number, mend=mend):
            row = each.watched
            held = row.enrolment.course_class
            who = f"{row.enrolment.person.username} in class {held.pk}, {held}"
            if each.figure_differs:
                told = f"stands at {row.seconds} s {row.ranges}, spans say {each.seconds} s"
                told += f" {[list(one) for one in each.ranges]}"
                self.stdout.write(f"{who}, lesson {row.lesson}: {told}{', mended' if mend else ''}")
                wrong += not mend
            if each.unexplained:
                self.stdout.write(f"{who}, lesson {row.lesson}: completed, but the spans make only {each.seconds} s")
                wrong += 1
        rows = Watched.objects.all() if number is None else Watched.objects.filter(enrolment__course_class=number)
        self.stdout.write(f"{rows.count()} figures looked at, {wrong} not in order")
        if wrong:
            raise CommandError("some figures are not what their spans say")
