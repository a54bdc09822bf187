"""What the HTTP API of assets takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field


class AssetIn(Schema):
    name: str = Field(max_length=500, description="What the file is called; its ending says what it is.")
    bytes: int = Field(ge=0, description="How large it is.")
    organisation: str = Field(description="The organisation's slug.")
    title: str = Field("", max_length=200)
    public: bool = False


class UploadOut(Schema):
    id: UUID = Field(description="The asset's id.")
    upload_url: str = Field(description="Send the bytes here by tus 1.0: PATCH, parts of at most 8 MB.")
    expires: datetime


class AssetPatch(Schema):
    title: str | None = Field(None, max_length=200)
    public: bool | None = None


class TrackOut(Schema):
    id: int
    kind: str
    language: str
    label: str
    origin: str


class CaptionsIn(Schema):
    language: str = Field(max_length=20, description="BCP 47, such as en or zh-Hans.")
    kind: Literal["captions", "subtitles", "chapters"] = "captions"
    label: str = Field("", max_length=80)
    text: str = Field(max_length=2_000_000, description="WebVTT or SubRip.")


class AssetOut(Schema):
    id: UUID
    title: str
    kind: Literal["video", "audio", "image", "document"]
    status: str
    problem: str
    organisation: str
    owner: str | None
    original_name: str
    bytes: int
    duration: float
    width: int
    height: int
    public: bool
    created: datetime
    progress: float = Field(description="0..1")
    hls_url: str
    poster_url: str
    storyboard_url: str
    waveform_url: str
    download_url: str
    tracks: list[TrackOut]


class AssetsOut(Schema):
    assets: list[AssetOut]
    total: int
