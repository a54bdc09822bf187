"""Speech from letters, by eSpeak NG: media with words in it, made on the spot.

Functions and constants: eSpeak NG's speak_lib.h.
"""

from __future__ import annotations

import ctypes
import wave
from typing import TYPE_CHECKING

import espeakng_loader

if TYPE_CHECKING:
    from pathlib import Path

SYNCHRONOUS, CHARS_UTF8, BY_CHARACTER = 2, 1, 1
HEARD = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def say(words: str, path: Path) -> Path:
    """One channel of 16 bits as WAV."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    assert rate > 0, "eSpeak NG did not start"
    sound = bytearray()

    @HEARD
    def keep(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if samples and count:
            sound.extend(ctypes.string_at(samples, count * 2))
        return 0

    library.espeak_SetSynthCallback(keep)
    text = words.encode()
    library.espeak_Synth(text, len(text) + 1, 0, BY_CHARACTER, 0, CHARS_UTF8, None, None)
    library.espeak_Synchronize()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(sound))
    return path
