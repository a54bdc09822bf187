"""The HTTP API: every product's router under /api/, described at /api/docs."""

from __future__ import annotations

from ninja import NinjaAPI

from courses import api as courses
from courses import api_certificates as certificates
from courses import api_quizzes
from media.assets import api as assets
from organisations import api as organisations
from rooms import api as rooms
from rooms import api_live

api = NinjaAPI(title="Stoa", version="1", urls_namespace="api")
api.add_router("", organisations.router)
api.add_router("/rooms", rooms.router)
api.add_router("/rooms", rooms.open_router)
api.add_router("/rooms", api_live.router)
api.add_router("/assets", assets.router)
api.add_router("/courses", courses.router)
api.add_router("/certificates", certificates.router)
api.add_router("/certificates", certificates.open_router)
api.add_router("/courses", api_quizzes.router)
