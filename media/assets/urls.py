"""Addresses of the library, of uploads and of files."""

from __future__ import annotations

from django.urls import URLPattern, path

from media.assets.views import files, pages, tus

app_name = "assets"
urlpatterns: list[URLPattern] = [
    path("assets/", pages.library, name="list"),
    path("assets/tus/", tus.collection, name="uploads"),
    path("assets/tus/<uuid:pk>", tus.one, name="upload"),
    path("assets/<uuid:pk>/", pages.detail, name="detail"),
    path("assets/<uuid:pk>/change/", pages.change, name="change"),
    path("assets/<uuid:pk>/again/", pages.again, name="again"),
    path("assets/<uuid:pk>/delete/", pages.delete, name="delete"),
    path("assets/<uuid:pk>/captions/", pages.add_captions, name="captions"),
    path("assets/<uuid:pk>/captions/<int:track>/delete/", pages.drop_captions, name="drop-captions"),
    path("media/a/<uuid:pk>/<int:generation>/<str:token>/<path:path>", files.file, name="file"),
]
