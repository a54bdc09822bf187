"""Loaded by Django once everything else is: here products are introduced to each other."""

from __future__ import annotations

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import wiring

        wiring.connect()


class StudioUsers(WagtailUsersAppConfig):  # type: ignore[misc]  # Wagtail has no types
    user_viewset = "pages.people.UserViewSet"
