"""Addresses of people and sign-in."""

from __future__ import annotations

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("first/<str:token>/", views.first_link, name="first-link"),
    path("profile/", views.profile, name="profile"),
    path("keys/", views.api_tokens, name="api-tokens"),
    path("keys/<int:pk>/revoke/", views.take_token_back, name="api-token-revoke"),
    path("", include("allauth.urls")),
]
