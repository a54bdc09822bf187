"""The look: both lists of the dark theme say the same, every palette can be read, nothing comes from elsewhere."""

from __future__ import annotations

import re

import pytest

from tests.services import ROOT

STYLES = ROOT / "frontend" / "src" / "styles"
TOKENS = (STYLES / "tokens.css").read_text()
PALETTES = (STYLES / "palettes.css").read_text()


def values(block: str) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in re.findall(r"(--[\w-]+|color-scheme):\s*([^;]+);", block)}


def block(css: str, selector: str) -> dict[str, str]:
    start = css.index(selector + " {") + len(selector) + 2
    return values(css[start : css.index("}", start)])


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_dark_theme_is_the_same_by_the_devices_wish_and_by_the_persons() -> None:
    by_device = block(TOKENS, ':root:not([data-theme="light"])')
    assert by_device == block(TOKENS, ':root[data-theme="dark"]')
    assert len(by_device) > 20


@pytest.mark.parametrize("name", ["ink", "clay"])
def test_a_palette_is_the_same_by_the_devices_wish_and_by_the_persons(name: str) -> None:
    by_device = block(PALETTES, f':root[data-palette="{name}"]:not([data-theme="light"])')
    assert by_device == block(PALETTES, f':root[data-palette="{name}"][data-theme="dark"]')


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["verdigris", "ink", "clay"])
def test_every_palette_can_be_read(name: str, theme: str) -> None:
    colours = block(TOKENS, ":root")
    if theme == "dark":
        colours |= block(TOKENS, ':root[data-theme="dark"]')
    if name != "verdigris":
        dark = f':root[data-palette="{name}"][data-theme="dark"]'
        colours |= block(PALETTES, f':root[data-palette="{name}"]' if theme == "light" else dark)
    pairs = [
        ("--on-brand", "--brand"), ("--on-brand", "--brand-hover"), ("--brand-ink", "--page"),
        ("--brand-ink", "--surface"), ("--brand-ink", "--brand-tint"),
        ("--ink", "--brand-tint"), ("--ink-2", "--brand-tint"),
    ]  # fmt: skip
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert all(found >= 4.5 for found in low.values()), low
    assert contrast(colours["--brand"], colours["--page"]) >= 3


def test_the_palettes_of_the_settings_are_those_of_the_style_sheet() -> None:
    from pages.models import Appearance

    assert set(re.findall(r'data-palette="(\w+)"', PALETTES)) | {"verdigris"} == set(Appearance.Palette.values)


def test_no_style_sheet_asks_another_host() -> None:
    for path in [*STYLES.glob("*.css"), *(ROOT / "frontend" / "public").glob("*.css")]:
        found = [
            url for url in re.findall(r"url\(\s*[\"']?([^)\"']+)", path.read_text()) if not url.startswith("data:")
        ]
        assert found == [], path
        assert "@import" not in path.read_text()


def test_every_icon_that_a_template_names_is_there() -> None:
    import json

    known = set(json.loads((ROOT / "frontend" / "icons.json").read_text()))
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())
    }
    assert named <= known, named - known
