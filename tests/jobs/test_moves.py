"""A job's moves: once each, in the table's order, whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django_tasks_db.models import DBTaskResult

from jobs import registry, services, states
from jobs.errors import JobOver, JobStopped, UnknownKind
from jobs.models import Job
from jobs.running import Running
from jobs.states import LEASE, NEXT, OVER, State
from jobs.tasks import attempt_at
from kernel.errors import StoaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def ada(django_user_model: type[User]) -> User:
    return django_user_model.objects.create(username="ada", email="ada@example.org")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Registers the given function as the kind "trial"."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    def register(function: Any, **more: Any) -> None:
        registry.kind("trial", "Trial", **more)(function)

    register(lambda running, **args: args)
    return register


def begun(owner: User | None = None, **args: Any) -> Job:
    job = services.start(kind="trial", args=args, owner=owner, now=NOW)
    taken = services.take(pk=job.pk, attempt=1, worker="one", now=NOW)
    assert taken is not None
    return taken


def test_every_state_has_its_row_and_what_is_over_stays_over_unless_tried_again() -> None:
    assert set(NEXT) == set(State)
    assert {state for state in State if not NEXT[state] - {State.QUEUED}} == OVER


def test_a_job_and_its_place_in_the_queue_come_together_or_not_at_all(work: Any) -> None:
    services.start(kind="trial", args={"n": 1}, owner=None, now=NOW)
    assert Job.objects.count() == DBTaskResult.objects.count() == 1
    with pytest.raises(UnknownKind):
        services.start(kind="nobody registered this", args={}, owner=None, now=NOW)
    assert Job.objects.count() == DBTaskResult.objects.count() == 1


def test_only_the_first_taker_gets_it(work: Any) -> None:
    job = begun()
    assert services.take(pk=job.pk, attempt=1, worker="two", now=NOW) is None
    assert list(job.attempts.values_list("worker", flat=True)) == ["one"]


def test_what_the_work_returns_is_kept(work: Any) -> None:
    job = begun(rows=3)
    attempt_at(job)
    job.refresh_from_db()
    assert (job.state, job.result, job.done) == (State.READY, {"rows": 3}, 1)
    assert job.attempts.get().outcome == State.READY


def test_a_broken_try_is_tried_again_later_and_at_last_fails_with_words_for_people(work: Any) -> None:
    def broken(running: Running) -> None:
        raise ZeroDivisionError("in line 7 of the secret file")

    work(broken, tries=2, first_pause=timedelta(seconds=10))
    job = begun()
    attempt_at(job)
    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert DBTaskResult.objects.filter(args_kwargs__args=[job.pk, 2]).count() == 1
    again = services.take(pk=job.pk, attempt=2, worker="two", now=NOW)
    assert again is not None
    attempt_at(again)
    again.refresh_from_db()
    assert again.state == State.FAILED
    assert "secret" not in again.error
    assert "ZeroDivisionError" in again.attempts.get(number=2).error


def test_what_a_rule_refuses_is_not_tried_again(work: Any) -> None:
    class TooMuch(StoaError):
        text = "That is too much."

    def refused(running: Running) -> None:
        raise TooMuch

    work(refused, tries=5)
    job = begun()
    attempt_at(job)
    job.refresh_from_db()
    assert (job.state, job.error, job.attempt) == (State.FAILED, "That is too much.", 1)


def test_pauses_grow_and_end_at_an_hour() -> None:
    seconds = [states.pause(n, timedelta(seconds=10)).total_seconds() for n in (1, 2, 3, 9)]
    assert seconds == [10, 40, 160, 3600]


def test_cancelled_work_stops_when_it_next_says_how_far_it_is(work: Any) -> None:
    steps: list[int] = []

    def long(running: Running) -> None:
        for step in range(10):
            if step == 3:
                services.cancel(Job.objects.get(pk=running.job.pk), now=NOW)
            running.say(step / 10)
            steps.append(step)

    work(long)
    job = begun()
    attempt_at(job)
    job.refresh_from_db()
    assert (job.state, steps) == (State.CANCELLED, [0, 1, 2])
    with pytest.raises(JobOver):
        services.cancel(job, now=NOW)


def test_a_waiting_job_that_is_cancelled_is_never_begun(work: Any) -> None:
    job = services.start(kind="trial", args={}, owner=None, now=NOW)
    services.cancel(job, now=NOW)
    assert services.take(pk=job.pk, attempt=1, worker="one", now=NOW) is None


def test_the_job_of_a_dead_worker_goes_to_another_and_the_first_one_can_do_no_more(work: Any) -> None:
    dead = begun()
    assert services.pick_up(now=NOW + LEASE) == 0, "not before the lease is over"
    assert services.pick_up(now=NOW + LEASE + timedelta(seconds=1)) == 1
    assert services.pick_up(now=NOW + LEASE + timedelta(seconds=1)) == 0, "once"
    other = services.take(pk=dead.pk, attempt=2, worker="two", now=NOW + 2 * LEASE)
    assert other is not None
    # The first was only slow: it may not write over what the second does.
    assert not services.finish(dead, result={"by": "one"}, now=NOW + 2 * LEASE)
    with pytest.raises(JobStopped):
        Running(dead).say(0.9)
    assert services.finish(other, result={"by": "two"}, now=NOW + 2 * LEASE)
    other.refresh_from_db()
    assert other.result == {"by": "two"}


def test_a_worker_that_is_heard_of_keeps_its_job(work: Any) -> None:
    job = begun()
    assert services.beat(job, now=NOW + LEASE / 2)
    assert services.pick_up(now=NOW + LEASE + timedelta(seconds=1)) == 0


def test_a_failed_job_can_be_tried_again_a_finished_one_not(work: Any) -> None:
    job = begun()
    services.fail(job, error="x", for_people="x", now=NOW, again=False)
    services.retry(job, now=NOW)
    assert job.state == State.QUEUED
    again = services.take(pk=job.pk, attempt=2, worker="two", now=NOW)
    assert again is not None
    services.finish(again, result=None, now=NOW)
    with pytest.raises(JobOver):
        services.retry(again, now=NOW)


def test_periodic_work_runs_once_each_time_it_is_due(work: Any) -> None:
    work(lambda running: None, every=timedelta(hours=1))

    def ran(now: datetime) -> int:
        return sum(job.kind == "trial" for job in services.run_due(now=now))

    assert [ran(NOW), ran(NOW), ran(NOW + timedelta(minutes=59))] == [1, 0, 0]
    assert ran(NOW + timedelta(hours=5)) == 1, "what was missed is not made up for"


def test_the_time_left_is_said_only_when_it_can_be_known() -> None:
    def left(done: float) -> int | None:
        return states.time_left_s(done=done, started=NOW, now=NOW + timedelta(seconds=30))

    assert [left(0), left(0.01), left(0.25), left(1)] == [None, None, 90, None]


def test_old_jobs_are_forgotten_running_ones_not(work: Any, ada: User) -> None:
    begun()
    old = begun(ada)
    services.finish(old, result=None, now=NOW)
    assert services.tidy(now=NOW + timedelta(days=89)) == 0
    alone = begun()
    services.finish(alone, result=None, now=NOW)
    assert services.tidy(now=NOW + timedelta(days=1)) == 0
    assert services.tidy(now=NOW + timedelta(days=3)) >= 1  # nobody asked for it, and it went well
    assert Job.objects.count() == 2
    assert services.tidy(now=NOW + timedelta(days=91)) >= 1
    assert Job.objects.count() == 1


class TestThePage:
    def test_shows_ones_own_job_and_nobody_elses(
        self, work: Any, client: Any, ada: User, django_user_model: Any
    ) -> None:
        job = services.start(kind="trial", args={}, owner=ada, now=NOW, label="people.csv")
        address = job.get_absolute_url()
        assert client.get(address).status_code == 404, "a stranger"
        client.force_login(django_user_model.objects.create(username="eve", email="eve@example.org"))
        assert client.get(address).status_code == 404
        assert client.post(f"{address}cancel").status_code == 404
        client.force_login(ada)
        told = client.get(address, headers={"Accept": "application/json"}).json()
        assert (told["state"], told["label"], told["over"]) == ("queued", "people.csv", False)
        assert client.post(f"{address}cancel").status_code == 302
        assert client.get(address, headers={"Accept": "application/json"}).json()["state"] == "cancelled"

    def test_says_politely_that_it_is_over(self, work: Any, client: Any, ada: User) -> None:
        job = services.start(kind="trial", args={}, owner=ada, now=NOW)
        services.cancel(job, now=NOW)
        client.force_login(ada)
        answer = client.post(f"{job.get_absolute_url()}cancel", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "job.over")

    def test_lists_ones_own(self, work: Any, client: Any, ada: User, built: None) -> None:
        services.start(kind="trial", args={}, owner=ada, now=NOW, label="people.csv")
        services.start(kind="trial", args={}, owner=None, now=NOW, label="somebody-elses.csv")
        client.force_login(ada)
        page = client.get("/jobs/").content.decode()
        assert "people.csv" in page
        assert "somebody-elses.csv" not in page


def test_mail_goes_out_with_no_line_break_in_its_subject(mailoutbox: list[Any]) -> None:
    job = services.start(
        kind="mail",
        args={"to": ["bob@example.org"], "subject": "Hello\r\nBcc: eve@example.org", "text": "Hi"},
        owner=None,
        now=NOW,
    )
    taken = services.take(pk=job.pk, attempt=1, worker="one", now=NOW)
    assert taken is not None
    attempt_at(taken)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["bob@example.org"], "Hello Bcc: eve@example.org")]
