#!/usr/bin/env python3
"""Django's command; `./stoa manage …` runs it in the right environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.env import load_or_exit

    load_or_exit()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
