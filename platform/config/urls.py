"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts import urls as accounts_urls
from config.api import api
from courses import certificate_urls
from courses import urls as courses_urls
from jobs import urls as jobs_urls
from media.assets import urls as assets_urls
from organisations import urls as organisations_urls
from pages import urls as pages_urls
from pages.views import studio_door
from portals import urls as portals_urls
from rooms import urls as rooms_urls

urlpatterns = [
    path("studio/login/", studio_door),  # Wagtail's own doors would let people in without their second step
    path("_util/login/", studio_door),
    path("studio/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include(accounts_urls)),
    path("organisations/", include(organisations_urls)),
    path("rooms/", include(rooms_urls)),
    path("courses/", include(courses_urls)),
    path("certificates/", include(certificate_urls)),
    path("jobs/", include(jobs_urls)),
    path("", include(assets_urls)),
    path("api/", api.urls),
    path("", include(pages_urls)),
    path("", include(portals_urls)),
]
urlpatterns += [path("", include(wagtail_urls))]

handler400 = "web.refusals.bad_request"
handler403 = "web.refusals.forbidden"
handler404 = "web.refusals.not_found"
handler500 = "web.refusals.server_error"
