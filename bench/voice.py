"""Something like a voice: syllables of buzzing vowels, for whom a codec for speech behaves as it does for speech.

Chromium's own fake microphone beeps, which Opus takes for music and then adds no redundancy to.
"""

from __future__ import annotations

import math
import random
import struct
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RATE = 48_000
SYLLABLE_S, PAUSE_S = 0.2, 0.03
# Formants in Hz of five vowels, their bandwidths and weights.
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
BANDWIDTHS, WEIGHTS = (80, 100, 140), (1.0, 0.6, 0.3)


def write(path: Path, syllables: int = 10) -> None:
    """A mono WAV file; the same one each time."""
    chance = random.Random(1)
    past = [[0.0, 0.0] for _ in WEIGHTS]
    phase, samples = 0.0, []
    for number in range(syllables):
        filters = []
        for formant, bandwidth in zip(VOWELS[number % len(VOWELS)], BANDWIDTHS, strict=True):
            radius = math.exp(-math.pi * bandwidth / RATE)
            filters.append((2 * radius * math.cos(2 * math.pi * formant / RATE), -radius * radius))
        length = int(RATE * SYLLABLE_S)
        for i in range(length):
            phase += (110 + 25 * math.sin(i / length * math.pi) + chance.uniform(-2, 2)) / RATE
            pulse, phase = float(phase >= 1), phase % 1
            pulse += chance.gauss(0, 0.01)
            total = 0.0
            for (a, b), kept, weight in zip(filters, past, WEIGHTS, strict=True):
                kept[:] = pulse + a * kept[0] + b * kept[1], kept[0]
                total += kept[0] * weight
            samples.append(total * math.sin(i / length * math.pi) ** 0.5)
        samples += [chance.gauss(0, 1e-3) for _ in range(int(RATE * PAUSE_S))]
    loudest = max(map(abs, samples))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", int(s / loudest * 20_000)) for s in samples))
