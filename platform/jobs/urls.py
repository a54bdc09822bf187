"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from jobs import views

urlpatterns = [
    path("", views.listing, name="jobs"),
    path("<uuid:public_id>/", views.job, name="job"),
    path("<uuid:public_id>/cancel", views.cancel, name="job-cancel"),
    path("<uuid:public_id>/retry", views.retry, name="job-retry"),
]
