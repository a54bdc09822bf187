"""The HTTP API: every product's router under /api/, described at /api/docs."""

from __future__ import annotations

from ninja import NinjaAPI

api = NinjaAPI(title="Stoa", version="1", urls_namespace="api")
