"""Every WebSocket address."""

from __future__ import annotations

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import re_path

from rooms.routing import websocket_urlpatterns as rooms_urlpatterns


class Nowhere(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Any other address: refused quietly, not with a traceback in the log for every passer-by."""

    async def connect(self) -> None:
        await self.close()


websocket_urlpatterns = [*rooms_urlpatterns, re_path("", Nowhere.as_asgi())]
