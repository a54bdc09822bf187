"""Addresses of courses; courses and lessons themselves are pages and stand where their organisation put them."""

from __future__ import annotations

from django.urls import URLPattern, path

from courses.views import (
    assignments,
    catalogue,
    classes,
    grades,
    lists,
    notices,
    own_people,
    progress,
    reading_notes,
    reviewing,
    sessions,
    spot_checks,
)

app_name = "courses"
urlpatterns: list[URLPattern] = [
    path("", catalogue.catalogue, name="list"),
    path("mine/", catalogue.mine, name="mine"),
    path("watched/", progress.report, name="report"),
    path("watched/<int:pk>/", progress.evidence, name="evidence"),
    path("lessons/<int:pk>/read/", progress.read, name="read"),
    path("lessons/<uuid:lesson>/notes/", progress.add_note, name="notes"),
    path("notes/<int:pk>/delete/", progress.drop_note, name="drop-note"),
    path("calendar/new/", sessions.new_feed, name="new-feed"),
    path("calendar/<str:token>.ics", sessions.calendar, name="feed"),
    path("classes/<int:pk>/sessions/new/", sessions.create, name="create-session"),
    path("sessions/<int:pk>/", sessions.detail, name="session"),
    path("sessions/<int:pk>/change/", sessions.change, name="change-session"),
    path("sessions/<int:pk>/take/", sessions.take, name="take"),
    path("presences/<int:pk>/", sessions.correct, name="correct"),
    path("notices/<str:token>/", notices.choice, name="notices"),
    path("<int:course>/classes/new/", classes.create, name="create-class"),
    path("classes/<int:pk>/", classes.detail, name="class"),
    path("classes/<int:pk>/change/", classes.change, name="change-class"),
    path("classes/<int:pk>/enrol/", classes.enrol, name="enrol"),
    path("classes/<int:pk>/leave/", classes.leave, name="leave"),
    path("assignments/<int:pk>/save/", assignments.save, name="save-work"),
    path("handed-in/<uuid:key>/", assignments.file, name="work-file"),
    path("handed-in/<uuid:key>/take-out/", assignments.drop_file, name="drop-work-file"),
    path("classes/<int:pk>/handed-in/", reviewing.waiting, name="works"),
    path("submissions/<int:pk>/", reviewing.review, name="review"),
    path("lessons/<int:pk>/reading-note/", reading_notes.save, name="save-reading-note"),
    path("checks/", spot_checks.overview, name="checks"),
    path("checks/<uuid:key>/", spot_checks.detail, name="check"),
    path("checks/<uuid:key>/population.txt", spot_checks.population, name="check-population"),
    path("checks/<uuid:key>/sample.<str:kind>", spot_checks.table, name="check-table"),
    path("checks/<uuid:key>/<uuid:note>/", spot_checks.mark, name="check-mark"),
    path("classes/<int:pk>/people/", own_people.pick, name="own-people"),
    path("classes/<int:pk>/list/", lists.hand_in, name="list-in"),
    path("lists/<uuid:public_id>/", lists.show, name="class-list"),
    path("lists/<uuid:public_id>/carry-out/", lists.carry_out, name="list-do"),
    path("classes/<int:pk>/grades/", grades.book, name="grades"),
    path("classes/<int:pk>/grades.<str:kind>", grades.table, name="grades-table"),
    path("classes/<int:pk>/grades/weights/", grades.weigh, name="grades-weigh"),
    path("enrolments/<int:pk>/grades/", grades.one, name="grades-of"),
    path("enrolments/<int:pk>/grades/correct/", grades.override, name="grades-override"),
]
