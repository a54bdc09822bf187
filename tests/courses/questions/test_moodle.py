"""Moodle XML as Moodle exports it, and what we write comes back the same."""

from __future__ import annotations

import base64
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions import faults, gaps, moodle, moodle_writing, pictures, shapes, texts
from courses.questions.answers import Answer, ChoiceGap, Look, NumberGap, Pair, Pattern, ShortGap, Unit, Value
from courses.questions.grading import grade
from courses.questions.responses import solution
from courses.questions.shapes import Kind, Ordered
from tests.courses.questions import strategies as some

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (2).to_bytes(4) + (2).to_bytes(4) + b"\x08\x02\0\0\0"


def quiz(kind, inside, name="Q"):
    return (
        f'<?xml version="1.0"?>\n<quiz>\n<question type="{kind}">\n<name><text>{name}</text></name>\n'
        f'<questiontext format="html"><text><![CDATA[<p>Which?</p>]]></text></questiontext>\n{inside}\n'
        "</question>\n</quiz>"
    )


def one(source):
    found = moodle.parse(source)
    assert [str(fault) for fault in found.faults] == []
    assert len(found.questions) == 1
    return found.questions[0]


def told(source):
    found = moodle.parse(source)
    assert found.questions == ()
    return [(fault.line, fault.question, fault.code) for fault in found.faults]


def answer(share, words, more="", form="html"):
    return (
        f'<answer fraction="{share}" format="{form}"><text>{words}</text>'
        f'<feedback format="html"><text>{more}</text></feedback></answer>\n'
    )


def test_choices():
    rows = answer("33.33333", "&lt;b&gt;2&lt;/b&gt;", "yes") + answer("33.33333", "3") * 2 + answer("-100", "4")
    question = one(quiz("multichoice", f"<single>false</single><shuffleanswers>0</shuffleanswers>{rows}"))
    assert question.kind is Kind.MULTIPLE
    assert not question.shuffle
    assert question.answers[0] == Answer(texts.html("<b>2</b>"), Fraction(1, 3), texts.html("yes"))
    assert [row.weight for row in question.answers] == [Fraction(1, 3)] * 3 + [-1]
    assert one(quiz("multichoice", answer("100", "a") + answer("50", "b"))).kind is Kind.SINGLE


def test_true_false():
    rows = answer("0", "true", "no") + answer("100", "false", "yes")
    question = one(quiz("truefalse", rows))
    assert (question.answer, question.if_true.value, question.if_false.value) == (False, "no", "yes")


def test_short_answers():
    rows = f"<usecase>1</usecase>{answer(100, 'NaCl')}{answer(0, '*', 'no', 'moodle_auto_format')}"
    question = one(quiz("shortanswer", rows))
    assert question.case
    assert question.answers == (Pattern("NaCl"), Pattern("*", Fraction(0), texts.html("no")))


def test_numbers_and_units():
    rows = (
        '<answer fraction="100"><text>2.5</text><tolerance>0.1</tolerance></answer>'
        '<answer fraction="0"><text>*</text></answer>'
        "<units><unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
    )
    question = one(quiz("numerical", rows))
    assert question.answers == (Value(Decimal("2.5"), Decimal("0.1")), Value(None, weight=Fraction(0)))
    assert question.units == (Unit("cm", Decimal(100)),)
    assert grade(question, "250 cm").points == 1


def test_pairs():
    rows = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
        for left, right in (("cat", "Katze"), ("dog", "Hund"), ("", "Maus"))
    )
    question = one(quiz("matching", rows))
    assert question.pairs == (Pair(texts.html("cat"), "Katze"), Pair(texts.html("dog"), "Hund"))
    assert question.more == ("Maus",)


def test_an_order_follows_the_numbers():
    rows = answer("2.0000000", "two") + answer("1.0000000", "one")
    question = one(quiz("ordering", f"<layouttype>HORIZONTAL</layouttype><gradingtype>-1</gradingtype>{rows}"))
    assert [item.value for item in question.items] == ["one", "two"]
    assert (question.grading, question.level) == (Ordered.EXACT, True)
    assert one(quiz("ordering", f"<gradingtype>RELATIVE_TO_CORRECT</gradingtype>{rows}")).grading is Ordered.DISTANCE


def test_an_essay_and_a_description():
    limits = "<responsefieldlines>5</responsefieldlines><minwordlimit>10</minwordlimit><maxwordlimit>20</maxwordlimit>"
    question = one(quiz("essay", f"{limits}<graderinfo><text>for the grader</text></graderinfo>"))
    assert (question.lines, question.min_words, question.max_words) == (5, 10, 20)
    assert question.notes.value == "for the grader"
    assert one(quiz("description", "")).kind is Kind.DESCRIPTION


def cloze(words, form="html"):
    return (
        f'<quiz><question type="cloze"><name><text>C</text></name><questiontext format="{form}">'
        f"<text><![CDATA[{words}]]></text></questiontext></question></quiz>"
    )


def test_gaps_of_every_kind():
    question = one(
        cloze(
            "<p>{2:MULTICHOICE:=Bern#yes~Zürich#no~%50%Basel} {1:SHORTANSWER:=colour~%50%color#nearly} "
            "{:NM:=5:0.5~*#no} {1:MCVS:=a~b} {1:MCH:=a~b} {1:SAC:=NaCl} {1:MULTIRESPONSE:=a~=b~c} "
            "{1:MRHS:%50%a~%50%b~%-50%c}</p>"
        )
    )
    assert question.text.value == "<p>{#1} {#2} {#3} {#4} {#5} {#6} {#7} {#8}</p>"
    assert question.points == 9
    menu, short, number, column, row, case, several, across = question.gaps
    assert menu == ChoiceGap(
        answers=(
            Answer(texts.Text("Bern"), Fraction(1), texts.Text("yes")),
            Answer(texts.Text("Zürich"), Fraction(0), texts.Text("no")),
            Answer(texts.Text("Basel"), Fraction(1, 2)),
        ),
        weight=2,
    )
    assert short == ShortGap(answers=(Pattern("colour"), Pattern("color", Fraction(1, 2), texts.Text("nearly"))))
    assert number == NumberGap(
        answers=(Value(Decimal(5), Decimal("0.5")), Value(None, weight=Fraction(0), feedback=texts.Text("no")))
    )
    assert (column.look, column.shuffle, row.look, row.shuffle) == (Look.COLUMN, True, Look.ROW, False)
    assert case.case
    assert [one.weight for one in several.answers] == [Fraction(1, 2), Fraction(1, 2), Fraction(-1, 2)]
    assert [one.weight for one in across.answers] == [Fraction(1, 2), Fraction(1, 2), Fraction(-1, 2)]
    assert (across.multiple, across.look, across.shuffle) == (True, Look.ROW, True)
    assert grade(question, solution(question)).points == 9


@pytest.mark.parametrize(("kind", "tag"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_words_to_put_into_gaps_are_a_cloze(kind, tag):
    options = "".join(
        f"<{tag}><text>{words}</text><group>{group}</group></{tag}>"
        for words, group in (("cat", 1), ("mat", 1), ("sat", 2), ("lay", 2))
    )
    words = "<p>The [[1]] [[3]] on the [[2]].</p>"
    question = one(quiz(kind, f"<shuffleanswers>1</shuffleanswers>{options}").replace("<p>Which?</p>", words))
    assert question.text.value == "<p>The {#1} {#2} on the {#3}.</p>"
    assert [[row.text.value for row in gap.answers] for gap in question.gaps] == [
        ["cat", "mat"],
        ["sat", "lay"],
        ["cat", "mat"],
    ]
    assert [[row.weight for row in gap.answers] for gap in question.gaps] == [[1, 0], [1, 0], [0, 1]]
    assert question.gaps[0].shuffle
    assert told(quiz(kind, options).replace("Which?", "[[9]]")) == [(5, "Q", "cloze.gap")]


def test_characters_that_mean_something_in_gaps():
    question = one(cloze(r"{1:SA:=a\}b\#c\~d~%50%&lt;x&gt;} {1:MC:=1 &lt; 2~<b>no</b>#because of <i>that</i>}"))
    assert [row.text for row in question.gaps[0].answers] == ["a}b#c~d", "<x>"]
    assert [row.text for row in question.gaps[1].answers] == [texts.Text("1 < 2"), texts.html("<b>no</b>")]
    assert question.gaps[1].answers[1].feedback == texts.html("because of <i>that</i>")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("nothing to fill in", "cloze.count"),
        ("{1:MULTICHOICE}", "cloze.gap"),
        ("{1:MULTICHOICE:}", "cloze.gap"),
        ("{1:MULTICHOICE:=never ends", "cloze.gap"),
        ("{1:HOLOGRAM:=a}", "cloze.gap"),
        ("{1:MULTICHOICE:a~%50%b}", "answers.none_right"),
        ("{1:NUMERICAL:=zero}", "number.unreadable"),
        ("{0:NUMERICAL:=1}", "cloze.weight"),
        ('<a title="{1:SA:=a}">x</a>', "cloze.mark"),
        ("{#1} {1:SA:=a}", "cloze.mark"),
    ],
)
def test_gaps_that_cannot_be_asked(words, code):
    assert told(cloze(words)) == [(1, "C", code)]


def test_many_open_braces_cost_no_time():
    assert told(cloze("{1:SA:" * 100_000)) == [(1, "C", "cloze.gap")]


def test_answers_without_end_cost_no_time():
    rows = "<answer><text>a</text></answer>" * 50_000
    assert told(quiz("multichoice", rows)) == [(3, "Q", "answers.count")]
    assert told(cloze("{1:SA:" + "~a" * 200_000 + "}")) == [(1, "C", "answers.count")]
    assert told(cloze("{1:SA:=a}" * 50_000)) == [(1, "C", "cloze.gap")]


def test_everything_about_a_question():
    inside = (
        "<generalfeedback><text>general</text></generalfeedback><defaultgrade>2.5000000</defaultgrade>"
        "<idnumber>a &amp; b</idnumber><tags><tag><text>one</text></tag><tag><text>two</text></tag></tags>"
        "<correctfeedback><text>r</text></correctfeedback>"
        "<partiallycorrectfeedback><text>p</text></partiallycorrectfeedback>"
        "<incorrectfeedback><text>w</text></incorrectfeedback><hint><text>passed over</text></hint>"
    )
    question = one(quiz("multichoice", inside + answer(100, "a")))
    assert (question.points, question.ref, question.tags) == (Fraction(5, 2), "a & b", ("one", "two"))
    assert [text.value for text in (question.feedback, question.right, question.partly, question.wrong)] == [
        "general",
        "r",
        "p",
        "w",
    ]


def test_categories():
    source = quiz("essay", "").replace(
        "<quiz>", '<quiz><question type="category"><category><text>$course$/top/A/B</text></category></question>'
    )
    assert one(source).category == "A/B"


def test_formats():
    form = quiz("essay", "").replace('format="html"><text><![CDATA[<p>Which?</p>]]>', 'format="{}"><text>{}')
    assert one(form.format("markdown", "**a**")).text == texts.html("<p><strong>a</strong></p>")
    assert one(form.format("plain_text", "a &lt;b&gt;")).text == texts.Text("a <b>")
    assert one(form.format("moodle_auto_format", "a\nb")).text == texts.Text("a\nb")


def with_file(name, data, words='&lt;img src="@@PLUGINFILE@@/{}" alt="x"&gt;'):
    encoded = base64.b64encode(data).decode()
    file = f'<file name="{name}" encoding="base64">{encoded}</file>'
    field = f'<generalfeedback format="html"><text>{words.format(name)}</text>\n{file}</generalfeedback>'
    return quiz("essay", field)


def test_small_pictures_are_kept_in_the_words():
    question = one(
        with_file("a%20b.png".replace("%20", " "), PNG, '&lt;img src="@@PLUGINFILE@@/a%20b.png" alt="x"&gt;')
    )
    assert question.feedback.value == f'<img src="data:image/png;base64,{base64.b64encode(PNG).decode()}" alt="x">'


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.svg", b"<svg onload='alert(1)'/>", "picture.kind"),
        ("x.png", b"<script>", "picture.kind"),
        ("x.png", PNG + b"\0" * (pictures.MAX_KB * 1024), "picture.large"),
        ("x.png", PNG[:16] + (60_000).to_bytes(4) * 2, "picture.large"),
        ("x.gif", b"GIF89a\xff\xff\xff\xff", "picture.large"),
        ("x.jpg", b"\xff\xd8\xff\xe0\0\x04xx\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03", "picture.large"),
    ],
)
def test_other_pictures_are_faults(name, data, code):
    assert told(with_file(name, data)) == [(7, "Q", code)]


def test_other_files_stay_behind_and_a_note_says_so():
    found = moodle.parse(with_file("talk.mp3", b"ID3", '&lt;a href="@@PLUGINFILE@@/{}"&gt;listen&lt;/a&gt;'))
    assert [(note.line, note.code, note.values) for note in found.notes] == [(7, "file.left", {"file": "talk.mp3"})]
    assert "href" not in found.questions[0].feedback.value
    assert "listen" in found.questions[0].feedback.value


def test_a_picture_of_very_old_files():
    old = f"<image>a.png</image><image_base64>{base64.b64encode(PNG).decode()}</image_base64>"
    assert "data:image/png" in one(quiz("essay", old)).text.value


def test_scripts_do_not_come_in():
    question = one(quiz("multichoice", answer(100, "&lt;img src=x onerror=alert(1)&gt; yes")))
    assert "onerror" not in question.answers[0].text.value


@pytest.mark.parametrize(
    "trap",
    [
        '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>',
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
        '<!DOCTYPE quiz SYSTEM "http://elsewhere/x.dtd"><quiz/>',
    ],
)
def test_entities_are_refused(trap):
    assert told(trap) == [(1, "", "xml.entities")]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("<quiz>\n<question>", (2, "", "xml.broken")),
        ("<quiz>\n\n&nbsp;</quiz>", (3, "", "xml.broken")),
        ("<html/>", (1, "", "xml.root")),
        ("<quiz/>", (0, "", "file.nothing")),
        ("<quiz>" + "<a>" * 100 + "</a>" * 100 + "</quiz>", (1, "", "xml.deep")),
        (quiz("calculated", ""), (3, "Q", "kind.unknown")),
        (quiz("multichoice", answer(50, "a")), (3, "Q", "answers.none_right")),
        (quiz("multichoice", f"\n{answer(500, 'a')}"), (7, "Q", "weight.range")),
        (quiz("multichoice", f"\n{answer('x', 'a')}"), (7, "Q", "weight.number")),
        (quiz("multichoice", f"\n{answer(100, ' ')}"), (7, "Q", "answer.empty")),
        (quiz("multichoice", '<answer fraction="0">\n<text/>\n<feedback/></answer>'), (6, "Q", "answer.empty")),
        (quiz("truefalse", answer(100, "yes")), (3, "Q", "field.wrong")),
        (quiz("numerical", answer(100, "many")), (6, "Q", "number.unreadable")),
        (quiz("essay", "<defaultgrade>-1</defaultgrade>"), (3, "Q", "points.range")),
        (quiz("essay", "<minwordlimit>x</minwordlimit>"), (3, "Q", "field.wrong")),
    ],
)
def test_a_fault_names_its_line_and_question(source, fault):
    assert told(source) == [fault]


def test_one_fault_and_nothing_is_imported():
    good, bad = quiz("essay", "", "Good"), quiz("calculated", "", "Bad")
    both = good.replace("</quiz>", bad.split("<quiz>")[1])
    assert told(both) == [(9, "Bad", "kind.unknown")]


def test_faults_are_not_told_without_end():
    many = "<quiz>" + '<question type="x"/>' * 500 + "</quiz>"
    assert len(told(many)) == faults.MAX_FAULTS


def sayable(question):
    """In a gap Moodle has no forms: words without markup are plain ones, several right answers make up the whole."""
    if question.kind is Kind.DESCRIPTION:
        return question
    if question.kind is not Kind.CLOZE:
        return question
    found = []
    for gap in question.gaps:
        if isinstance(gap, ChoiceGap) and gap.multiple:
            look = Look.ROW if gap.look is Look.ROW else Look.COLUMN
            evened = gaps.evened(gap.answers, by_share=True)
            found.append(ChoiceGap(answers=evened, weight=gap.weight, look=look, multiple=True, shuffle=gap.shuffle))
        else:
            found.append(gap)
    values = {name: getattr(question, name) for name in some.base} | {"gaps": tuple(found)}
    return shapes.Cloze(**values)


@given(st.lists(some.questions.map(sayable), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_the_same(questions):
    written = moodle_writing.write(questions)
    assert written.left == ()
    found = moodle.parse(written.text.partition("?>")[2])
    assert [str(fault) for fault in found.faults] == []
    assert list(found.questions) == questions


@given(st.text(st.sampled_from("<>/quizestonaw \"='&;!-[]x{}1:~#%") | st.characters(), max_size=100))
@settings(max_examples=200, deadline=None)
def test_no_file_stops_the_reader(source):
    for words in (source, f"<quiz>{source}</quiz>", cloze(source.replace("]]>", ""))):
        found = moodle.parse(words)
        assert bool(found.faults) != bool(found.questions)
        assert all(str(fault) for fault in found.faults)


@given(st.lists(some.choice(some.weights), min_size=1, max_size=6), st.booleans())
@settings(max_examples=100, deadline=None)
def test_right_answers_of_a_gap_make_up_the_whole(answers, by_share):
    even = gaps.evened(answers, by_share=by_share)
    if any(answer.weight > 0 for answer in answers):
        assert 1 <= sum(answer.weight for answer in even if answer.weight > 0) < Fraction(1001, 1000)
        assert gaps.evened(even, by_share=True) == even
