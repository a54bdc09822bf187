"""Addresses of the federation."""

from __future__ import annotations

from django.urls import path, re_path

from organisations import import_views, people_views, views

urlpatterns = [
    path("", views.tree, name="organisations"),
    path("import/", import_views.hand_in, name="import"),
    re_path("^import/(?P<kind>people|organisations)\\.csv$", import_views.template, name="import-template"),
    path("import/<uuid:public_id>/", import_views.show, name="import-plan"),
    path("import/<uuid:public_id>/carry-out/", import_views.carry_out, name="import-carry-out"),
    path("people/<uuid:public_id>/", people_views.person, name="person"),
    path("people/<uuid:public_id>/suspend/", people_views.suspend, name="person-suspend"),
    path("people/<uuid:public_id>/restore/", people_views.restore, name="person-restore"),
    path("<slug:slug>/", views.detail, name="organisation"),
    path("<slug:slug>/members/", views.add_member, name="member-add"),
    path("<slug:slug>/members/<int:pk>/remove/", views.remove_member, name="member-remove"),
    path("<slug:slug>/units/", views.add_unit, name="unit-add"),
]
