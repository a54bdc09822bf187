"""Every WebSocket address."""

from __future__ import annotations

from rooms.routing import websocket_urlpatterns as rooms_urlpatterns

websocket_urlpatterns = [*rooms_urlpatterns]
