"""Settings from the environment: strict, named, documented."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import env

ROOT = Path(__file__).resolve().parents[2]


def parse(tmp_path: Path, **given: str) -> env.Env:
    return env.parse({"STOA_DATA": str(tmp_path / "data"), **given})


def test_the_page_about_settings_lists_exactly_what_is_read() -> None:
    rows = re.findall(r"^\| `(STOA_\w+)` \|.*\|(.*)\|$", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted([*env.PLAIN, *env.SECRET])
    assert {name for name, text in rows if "*Secret.*" in text} == set(env.SECRET)


def test_every_setting_that_is_known_is_read_and_no_other(tmp_path: Path) -> None:
    source = (ROOT / "platform" / "config" / "env.py").read_text()
    body = source.split("KNOWN = frozenset")[1]
    assert set(re.findall(r'"(STOA_[A-Z0-9_]+)"', body)) - {"STOA_"} == {*env.PLAIN, *env.SECRET}


def test_only_one_place_reads_the_environment() -> None:
    for folder in ("platform", "rooms", "media", "portals"):
        for path in (ROOT / folder).rglob("*.py"):
            if path != ROOT / "platform" / "config" / "env.py":
                assert not re.search(r"os\.environ\b(?!\.setdefault\(\"DJANGO)|os\.getenv", path.read_text()), path


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("STOA_MEDIA_UDP_PORT", "0", "a port number"),
        ("STOA_MEDIA_UDP_PORT", "65536", "a port number"),
        ("STOA_MEDIA_UDP_PORT", "٨٤٤٣", "a port number"),
        ("STOA_PUBLIC_ADDRESS", "meet.example.org", "https://"),
        ("STOA_PUBLIC_ADDRESS", "https://meet.example.org/stoa", "https://"),
        ("STOA_PUBLIC_ADDRESS", "https://meet.example.org:99999", "https://"),
        ("STOA_PUBLIC_ADDRESS", "javascript:alert(1)", "https://"),
        ("STOA_ORIGINS", "https://a.example, b.example", "https://"),
        ("STOA_DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("STOA_REDIS_URL", "http://x", "redis://"),
        ("STOA_EMAIL_URL", "mail.example.org", "smtp://"),
        ("STOA_MEDIA_ADDRESSES", "10.0.0.1,media.example.org", "IP addresses"),
        ("STOA_TRUSTED_PROXIES", "proxy.example.org", "IP addresses or networks"),
        ("STOA_TRUSTED_PROXIES", "10.0.0.1/8", "IP addresses or networks"),
        ("STOA_TRUSTED_PROXIES", "0.0.0.0/0", "everybody could claim any address"),
        ("STOA_NODE_LINK", "carrier pigeon", "unix:/path"),
        ("STOA_NODE_LINK", "unix:/" + "long/" * 30, "unix:/path"),
        ("STOA_TURN_URLS", "turn.example.org", "turn:"),
        ("STOA_TIME_ZONE", "Mars/Base", "time zone"),
        ("STOA_DEBUG", "yes", "0 or 1"),
        ("STOA_SECRET_KEY", "short", "32 characters"),
        ("STOA_NODE_SECRET", "short", "32 characters"),
        ("STOA_SECRET_KEY_FILE", "/nowhere/at/all", "can't be read"),
        ("STOA_OIDC_ISSUER", "https://id.example.org", "STOA_OIDC_CLIENT_ID is missing"),
        ("STOA_SAML_ENTITY_ID", "x", "STOA_SAML_METADATA_URL is missing"),
        ("STOA_PUBLIC_ADRESS", "https://x.example", "did you mean STOA_PUBLIC_ADDRESS?"),
        ("STOA_DATA_FILE", "x", "is no setting"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, says: str) -> None:
    with pytest.raises(env.SettingError) as refused:
        parse(tmp_path, **{name: value})
    assert name in str(refused.value)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands here")
    with pytest.raises(env.SettingError, match="STOA_DATA"):
        parse(tmp_path)


def test_a_password_in_a_wrong_address_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(env.SettingError) as refused:
        parse(tmp_path, STOA_DATABASE_URL="mysql://stoa:hush@db/stoa")
    assert "hush" not in str(refused.value)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("postgresql://stoa@db/stoa\n")
    assert parse(tmp_path, STOA_DATABASE_URL_FILE=str(tmp_path / "db")).database_url == "postgresql://stoa@db/stoa"
    with pytest.raises(env.SettingError, match="one of them is enough"):
        parse(tmp_path, STOA_DATABASE_URL_FILE=str(tmp_path / "db"), STOA_DATABASE_URL="postgresql://db/x")


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first, second = parse(tmp_path), parse(tmp_path)
    assert first.secret_key == second.secret_key != first.node_secret
    kept = tmp_path / "data" / "keys"
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}
    assert sorted(path.name for path in kept.iterdir()) == ["node-secret", "secret-key"]


def test_an_empty_value_is_no_value(tmp_path: Path) -> None:
    assert parse(tmp_path, STOA_REDIS_URL="", STOA_MEDIA_UDP_PORT=" ").media_udp_port == 8443


def test_a_data_folder_far_down_still_has_a_socket(tmp_path: Path) -> None:
    deep = env.parse({"STOA_DATA": str(tmp_path / "deep" / ("x" * 120))})
    assert len(deep.node_link) < 100


def test_a_program_ends_with_status_2_and_one_line(tmp_path: Path) -> None:
    for program in (["manage.py", "check"], ["-m", "config.web"], ["-m", "config.node"]):
        done = subprocess.run(
            [sys.executable, *program],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "STOA_DATA": str(tmp_path), "STOA_DEBUG": "maybe"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "STOA_DEBUG" in done.stderr
