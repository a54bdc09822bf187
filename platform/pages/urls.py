"""Addresses that every installation has, whatever its pages."""

from __future__ import annotations

from django.urls import path

from pages import views
from pages.styleguide import styleguide

urlpatterns = [
    path("health/", views.health, name="health"),
    path("ca.pem", views.authority, name="authority"),
    path("studio-door/", views.studio_door, name="studio-door"),
    path("i18n/setlang/", views.set_language, name="set-language"),
    path("styleguide/", styleguide, name="styleguide"),
    path("media/images/<path:path>", views.picture, name="picture"),
    path("theme/", views.theme, name="theme"),
]
