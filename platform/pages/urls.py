"""Addresses that every installation has, whatever its pages."""

from __future__ import annotations

from django.urls import path

from pages import views

urlpatterns = [path("health/", views.health, name="health")]
