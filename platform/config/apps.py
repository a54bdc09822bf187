"""Loaded by Django once everything else is: here products are introduced to each other."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import wiring

        wiring.connect()
