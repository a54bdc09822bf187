"""Addresses of the federation."""

from __future__ import annotations

from django.urls import path

from organisations import views

urlpatterns = [
    path("", views.tree, name="organisations"),
    path("<slug:slug>/", views.detail, name="organisation"),
]
