"""A room while people are in it: decisions only, no I/O. `Session` is the door; `rooms.live` performs."""

from rooms.session.session import Session as Session
