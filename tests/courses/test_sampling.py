"""A draw that anybody can repeat; a list that can't be changed without it being seen."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from courses import sampling

KEYS = [UUID(int=number) for number in range(1, 60)]
LINES = sampling.frozen(sampling.line(key, f"note {key}") for key in KEYS)
SEED = "ab" * 32
lines = st.lists(st.text("abcdef0123456789 -", min_size=1, max_size=40), min_size=1, max_size=40)
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(seeds, lines, st.data())
def test_the_same_seed_draws_the_same_whatever_order_the_list_comes_in(seed, population, data):
    size = data.draw(st.integers(1, len(population)))
    mixed = data.draw(st.permutations(population))
    drawn = sampling.draw(seed, sampling.frozen(population), size)
    assert drawn == sampling.draw(seed, mixed, size)
    assert len(drawn) == len(set(drawn)) == min(size, len(set(population)))
    assert set(drawn) <= set(population)


@given(seeds, lines)
def test_a_larger_sample_begins_with_the_smaller(seed, population):
    whole = sampling.draw(seed, population, len(population))
    assert sampling.draw(seed, population, len(population) // 2) == whole[: len(population) // 2]


def test_a_known_draw_stays_what_it_was():
    """By sha256sum and openssl, not by us: a change of the rule would make every past proof fail."""
    assert sampling.fingerprint(["a", "b"]) == "911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2"
    assert sampling.draw("00" * 32, ["a", "b", "c", "d"], 4) == ["b", "a", "c", "d"]


def test_another_seed_draws_another():
    assert sampling.draw(SEED, LINES, 10) != sampling.draw("cd" * 32, LINES, 10)


def test_every_line_is_drawn_about_equally_often():
    counts = dict.fromkeys(LINES, 0)
    for number in range(2000):
        for line in sampling.draw(f"{number:064x}", LINES, 10):
            counts[line] += 1
    expected = 2000 * 10 / len(LINES)
    assert all(0.75 * expected < count < 1.25 * expected for count in counts.values())


def proof(population=LINES, drawn=None, today=LINES):
    kept = sampling.draw(SEED, LINES, 5)
    return sampling.repeat(
        seed=SEED, population=population, kept_fingerprint=sampling.fingerprint(LINES),
        drawn=kept if drawn is None else drawn, today=today,
    )  # fmt: skip


def test_the_proof_holds_and_sees_each_change():
    assert proof().holds
    shorter = LINES[1:]
    assert not proof(population=shorter).list_unchanged
    assert not proof(drawn=LINES[:5]).same_draw
    other = sampling.line(KEYS[3], "rewritten")
    rewritten = [other if line.startswith(str(KEYS[3])) else line for line in LINES]
    found = proof(today=rewritten)
    assert found.list_unchanged
    assert found.same_draw
    assert [line[:36] for line in found.changed] == [str(KEYS[3])]
    assert not found.holds


def test_how_many():
    assert sampling.how_many(50, number=10, percent=None) == 10
    assert sampling.how_many(5, number=10, percent=None) == 5
    assert sampling.how_many(50, number=None, percent=5) == 3  # 2.5 rounded up
    assert sampling.how_many(50, number=None, percent=100) == 50
    assert sampling.how_many(3, number=None, percent=1) == 1
    assert sampling.how_many(0, number=10, percent=None) == 0


def test_the_script_in_the_documents_repeats_a_draw(tmp_path, capsys):
    page = (Path(__file__).parents[2] / "docs" / "gradebook.md").read_text()
    script = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    assert len(script.strip().splitlines()) <= 10
    (tmp_path / "population.txt").write_text("".join(f"{line}\n" for line in LINES))
    exec(compile(script, "script", "exec"), {"argv": ["", str(tmp_path / "population.txt"), SEED, "5"]})
    out = capsys.readouterr().out.splitlines()
    assert out == [sampling.fingerprint(LINES), *sampling.draw(SEED, LINES, 5)]
