"""Addresses of the federation."""

from __future__ import annotations

from django.urls import path, re_path

from organisations import people_views, views

urlpatterns = [
    path("", views.tree, name="organisations"),
    path("import/", views.import_table, name="import"),
    re_path("^import/(?P<kind>people|organisations)\\.csv$", views.template, name="import-template"),
    path("import/<str:token>/", views.carry_out, name="import-carry-out"),
    path("people/<uuid:public_id>/", people_views.person, name="person"),
    path("people/<uuid:public_id>/suspend/", people_views.suspend, name="person-suspend"),
    path("people/<uuid:public_id>/restore/", people_views.restore, name="person-restore"),
    path("<slug:slug>/", views.detail, name="organisation"),
    path("<slug:slug>/members/", views.add_member, name="member-add"),
    path("<slug:slug>/members/<int:pk>/remove/", views.remove_member, name="member-remove"),
    path("<slug:slug>/units/", views.add_unit, name="unit-add"),
]
