"""A crowd without cameras: guests that enter over HTTP and the socket only, to fill a stage."""

from __future__ import annotations

import json
import time
import urllib.request
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.sync.client import connect

if TYPE_CHECKING:
    from types import TracebackType

NAMES = (
    "周敏", "Wei Chen", "Grace Odhiambo", "李建国", "Elena Marques", "Tan Boon Keng", "Samuel Kiprono", "王晓燕",
    "Maximiliane Freifrau von Hohenstein-Wittelsbach", "Ann", "欧阳文静", "Jo", "Priya Raman", "陈伟", "Ola Nordmann",
    "张丽",
)  # fmt: skip

PATIENCE_S = 30


class Guest:
    """One guest's socket. `request` waits for its answer and keeps the events that came before it."""

    def __init__(self, room_url: str, name: str, passcode: str = "") -> None:
        parts = urlsplit(room_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        slug = parts.path.strip("/").split("/")[-1]
        jar = CookieJar()
        http = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        http.open(room_url).read()
        csrf = next((c.value or "" for c in jar if c.name == "csrftoken"), "")
        enter = urllib.request.Request(
            f"{self.origin}/rooms/{slug}/enter",
            json.dumps({"name": name, "passcode": passcode}).encode(),
            {"Content-Type": "application/json", "X-CSRFToken": csrf, "Referer": room_url, "Origin": self.origin},
        )
        self.events: list[dict[str, Any]] = []
        limit = time.monotonic() + PATIENCE_S
        while True:
            self._sent = 0
            self.entered = json.load(http.open(enter))
            ws_url = self.entered["ws_url"]
            if ws_url.startswith("/"):
                ws_url = self.origin.replace("http", "ws", 1) + ws_url
            self._socket = connect(ws_url, origin=self.origin, legacy=True)  # type: ignore[arg-type,call-arg]
            answer = self.request("hello", versions=[1], ticket=self.entered["ticket"])
            if "ok" in answer:
                self.welcome = answer["ok"]
                return
            self._socket.close()
            # While no node is there the browser tries again too; every other refusal is the answer.
            assert answer["error"]["code"] == "room.unavailable", answer
            assert time.monotonic() < limit, answer
            time.sleep(0.3)

    def request(self, type_: str, **fields: Any) -> dict[str, Any]:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "type": type_, **fields}))
        while True:
            frame = json.loads(self._socket.recv(timeout=10))
            if frame.get("re") == self._sent:
                return frame
            self.events.append(frame)

    def close(self) -> None:
        self._socket.close()


class Crowd:
    """`with Crowd(url, 14): …` fills a room with named guests and empties it again."""

    def __init__(self, room_url: str, count: int) -> None:
        self._room_url, self._count = room_url, count
        self.guests: list[Guest] = []

    def __enter__(self) -> Crowd:
        for n in range(self._count):
            self.guests.append(Guest(self._room_url, NAMES[n % len(NAMES)]))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for guest in self.guests:
            guest.close()
