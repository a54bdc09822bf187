"""Addresses of certificates: the short ones stand on paper."""

from __future__ import annotations

from django.urls import URLPattern, path

from courses.views import badges, certificates

app_name = "certificates"
urlpatterns: list[URLPattern] = [
    path("", certificates.verify, name="check"),
    path("mine/", certificates.mine, name="mine"),
    path("classes/<int:pk>/", certificates.of_class, name="class"),
    path("classes/<int:pk>/rule/", certificates.set_rule, name="rule"),
    path("classes/<int:pk>/issue/", certificates.issue_all, name="issue-all"),
    path("enrolments/<int:enrolment>/issue/", certificates.issue, name="issue"),
    path("badges/issuer/", badges.issuer, name="badge-issuer"),
    path("badges/keys/", badges.keys, name="badge-keys"),
    path("badges/keys/<str:name>/", badges.key, name="badge-key"),
    path("badges/revoked/", badges.revoked, name="badge-revoked"),
    path("<str:number>/badge.jwt", badges.token, name="badge"),
    path("<str:number>/badge.svg", badges.picture, name="badge-picture"),
    path("<str:number>/badge.json", badges.text, name="badge-text"),
    path("<str:number>/", certificates.verify, name="verify"),
    path("<str:number>/paper.pdf", certificates.pdf, name="pdf"),
    path("<str:number>/revoke/", certificates.revoke, name="revoke"),
]
