"""Records of a live room, as they arrive from the node, to be kept. Each may arrive twice."""

from __future__ import annotations

import logging
from typing import Any

logger = logging.getLogger(__name__)


def keep(slug: str, kind: str, record: dict[str, Any]) -> None:
    logger.info("record room=%s kind=%s %s", slug, kind, record)
