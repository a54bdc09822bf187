"""Addresses of rooms."""

from __future__ import annotations

from django.urls import URLPattern, path

from rooms.views import door, pages

app_name = "rooms"
urlpatterns: list[URLPattern] = [
    path("", pages.room_list, name="list"),
    path("new/", pages.create, name="create"),
    path("instant/", pages.start_now, name="start"),
    path("join/", pages.join, name="join"),
    path("<slug:slug>/details/", pages.details, name="details"),
    path("<slug:slug>/change/", pages.change, name="change"),
    path("<slug:slug>/close/", pages.close, name="close"),
    path("<slug:slug>/invite/", pages.invite, name="invite"),
    path("<slug:slug>/invitations/<int:pk>/withdraw/", pages.withdraw, name="withdraw"),
    path("<slug:slug>/attendance.csv", pages.attendance_table, name="attendance"),
    path("<slug:slug>/calendar.ics", pages.calendar_entry, name="calendar"),
    path("<slug:slug>/", door.room_page, name="room"),
    path("<slug:slug>/enter", door.enter, name="enter"),
    path("<slug:slug>/invited/<str:token>/", door.invited, name="invited"),
]
