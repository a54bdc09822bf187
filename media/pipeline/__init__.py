"""Makes a recording playable everywhere: what comes in is probed, planned and transcoded. Knows no Django.

facts = probe(path)                        # or a Refused, in words for the person who brought the file
result = transcode(path, into, options=Options(), progress=…, cancelled=…, playable=…)
"""

from media.pipeline.errors import Cancelled, DiskFull, Failed, MediaError, Refused
from media.pipeline.probe import probe
from media.pipeline.shapes import AudioFacts, Facts, Loudness, Made, Options, Result, VideoFacts
from media.pipeline.transcode import transcode

__all__ = [
    "AudioFacts", "Cancelled", "DiskFull", "Facts", "Failed", "Loudness", "Made", "MediaError", "Options", "Refused",
    "Result", "VideoFacts", "probe", "transcode",
]  # fmt: skip
