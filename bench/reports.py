"""The office's report of a large federation: time in the database and number of queries.

    ./stoa bench reports [--people 20000] [--lessons 40] [--json]

Makes 162 organisations below one office, people enrolled in one class of a course with so many lessons, with watched
seconds and completions for each, attempts and attendance for some; asks for the office's reports as the page does,
on SQLite and on PostgreSQL. Times are what Django measured for each query, added up; the median of five.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ORGANISATIONS = 162
ROUNDS = 5


def child(people: int, lessons: int) -> dict[str, Any]:
    """In a process of its own, with its own database: fill it, ask, tell."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, reset_queries

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    path = fill(people, lessons)
    filled = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    from courses.selectors import reports
    from courses.selectors.reports import Asked

    asked = Asked(path=path, year=2026)
    found: dict[str, Any] = {"database": connection.vendor, "filled_s": round(filled, 1)}
    connection.force_debug_cursor = True
    for name, ask in {
        "organisations": lambda: reports.by_organisation(asked),
        "classes": lambda: reports.by_class(asked),
        "people, a page": lambda: reports.by_person(asked, many=50),
        "months": lambda: reports.months(asked),
    }.items():
        times, walls, queries = [], [], 0
        for _ in range(ROUNDS):
            reset_queries()
            at = time.perf_counter()
            ask()
            walls.append(time.perf_counter() - at)
            times.append(sum(float(query["time"]) for query in connection.queries))
            queries = len(connection.queries)
        found[name] = {
            "database_s": round(statistics.median(times), 3),
            "wall_s": round(statistics.median(walls), 3),
            "queries": queries,
        }
    return found


def fill(people: int, lessons: int) -> str:
    """Rows are made in the database, from rows: 800,000 at a time. The office's path."""
    from datetime import UTC, date, datetime
    from uuid import uuid4

    from wagtail.models import Locale, Page

    from accounts.models import User
    from courses.models import Completion, CourseClass, CoursePage, Enrolment, LiveSession, Presence, Watched
    from media.assets.models import Asset
    from organisations.models import Organisation

    now = datetime(2026, 11, 1, tzinfo=UTC)
    office = Organisation.add_root(name="Office", slug="office", kind="office")
    members = [office.add_child(name=f"Member {n:03}", slug=f"m{n}") for n in range(110)]
    units = [members[n].add_child(name=f"Unit {n:03}", slug=f"u{n}", kind="unit") for n in range(ORGANISATIONS - 110)]
    places = [*members, *units]
    Locale.objects.get_or_create(language_code="en")
    root = Page.get_first_root_node()
    course = CoursePage(title="Course", slug="course", organisation=office)
    root.add_child(instance=course)
    held = CourseClass.objects.create(course=course, title="Class", starts_on=date(2026, 1, 1), created=now)
    asset = Asset.objects.create(
        organisation=office, title="Lecture", kind="video", state="ready", original_name="a.mp4", duration=600,
        generation=1, claimed=1, created=now,
    )  # fmt: skip
    User.objects.bulk_create(
        [User(username=f"p{n}", email=f"p{n}@example.org", password="!") for n in range(people)], batch_size=2000
    )
    pks = User.objects.order_by("pk").values_list("pk", flat=True)
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                course_class=held, person_id=pk, organisation=places[n % len(places)], state="active", since=now,
                asked_at=now, completed_at=now if n % 3 == 0 else None,
            )
            for n, pk in enumerate(pks)
        ],
        batch_size=2000,
    )  # fmt: skip
    keys = [uuid4() for _ in range(lessons)]
    cross(
        Watched, keys, asset=asset.pk, duration_s=600.0, share=90, audio_only=False, no_seek=False, ranges=[[0, 550]],
        seconds=550, position_s=550.0, changed=now,
    )  # fmt: skip
    cross(Completion, keys, how="watched", at=now)
    session = LiveSession.objects.create(course_class=held, title="Live", starts_at=now, ends_at=now.replace(hour=2))
    rows = Enrolment.objects.order_by("pk").values_list("pk", flat=True)
    Presence.objects.bulk_create(
        [Presence(session=session, enrolment_id=pk, seconds=5400, state="present", taken_at=now) for pk in rows],
        batch_size=2000,
    )
    attempts(rows, keys[:2], now)
    return str(office.path)


def attempts(rows: Any, keys: list[Any], now: Any) -> None:
    from courses.models import Attempt

    Attempt.objects.bulk_create(
        [
            Attempt(
                enrolment_id=pk, lesson=key, title="Quiz", number=1, state="final", pass_mark=60, reveal="never",
                counts="best", shuffle_answers=False, seed=1, started_at=now, submitted_at=now, score=pk % 10, most=10,
                passed=pk % 10 >= 6,
            )
            for pk in rows
            for key in keys
        ],
        batch_size=2000,
    )  # fmt: skip


def cross(model: Any, keys: list[Any], **values: Any) -> None:
    """A row for each enrolment and lesson."""
    from django.db import connection

    fields = {field.name: field for field in model._meta.concrete_fields if not field.primary_key}
    named = {
        name: field.get_db_prep_save(values[name], connection)
        for name, field in fields.items()
        if name not in {"enrolment", "lesson"}
    }
    columns = ", ".join(connection.ops.quote_name(fields[name].column) for name in named)
    lesson = fields["lesson"]
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} (enrolment_id, lesson, {columns}) "
                f"SELECT id, {', '.join(['%s'] * (len(named) + 1))} FROM courses_enrolment",
                [lesson.get_db_prep_save(key, connection), *named.values()],
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="./stoa bench reports")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--lessons", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(options.people, options.lessons)))
        return
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for database in ("sqlite", "postgresql"):
            environ = {key: value for key, value in os.environ.items() if not key.startswith(("STOA_", "DJANGO_"))}
            environ |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}", "STOA_DATA": f"{folder}/{database}"}
            if database == "postgresql":
                from tests import services

                environ["STOA_DATABASE_URL"] = services.start_postgres(Path(folder))
            words = [sys.executable, "-m", "bench.reports", "--child"]
            words += ["--people", str(options.people), "--lessons", str(options.lessons)]
            done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(done.stderr[-3000:])
            found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    load = round(os.getloadavg()[0], 1)
    if options.json:
        print(json.dumps({"people": options.people, "lessons": options.lessons, "load": load, "runs": found}, indent=1))
        return
    print(f"{options.people} people × {options.lessons} lessons, {ORGANISATIONS} organisations; load {load}")
    for run in found:
        for name, each in run.items():
            if isinstance(each, dict):
                print(f"{run['database']:11} {name:15} {each['database_s']:7.3f} s  {each['queries']} queries")


if __name__ == "__main__":
    main()
