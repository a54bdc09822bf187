"""Addresses of rooms."""

from __future__ import annotations

from django.urls import URLPattern, path

from rooms.views import door

app_name = "rooms"
urlpatterns: list[URLPattern] = [
    path("<slug:slug>/", door.room_page, name="room"),
    path("<slug:slug>/enter", door.enter, name="enter"),
    path("<slug:slug>/invited/<str:token>/", door.invited, name="invited"),
]
