"""What courses refuse, by name."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import StoaError


class NoSuchCourse(StoaError):
    code: ClassVar[str] = "course.none"
    status: ClassVar[int] = 404
    text: ClassVar[str] = "There is no such course, or it is not for you."


class NotEnrolled(StoaError):
    code: ClassVar[str] = "course.not_enrolled"
    status: ClassVar[int] = 403
    text: ClassVar[str] = "This lesson is for people who are enrolled in a class of the course."


class EnrolmentClosed(StoaError):
    code: ClassVar[str] = "class.closed"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "Enrolment in this class is closed."


class ClassOver(StoaError):
    code: ClassVar[str] = "class.over"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This class is over: what is learned now no longer counts for it."


class CourseBefore(StoaError):
    code: ClassVar[str] = "course.before"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "Another course has to be finished before this one."


class LessonNotOpen(StoaError):
    code: ClassVar[str] = "lesson.not_open"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This lesson is not open yet."


class NoSuchViewing(StoaError):
    code: ClassVar[str] = "viewing.none"
    status: ClassVar[int] = 404
    text: ClassVar[str] = "This player was not opened here, or not by you."


class NoSuchWork(StoaError):
    code: ClassVar[str] = "work.none"
    status: ClassVar[int] = 404
    text: ClassVar[str] = "There is no such work, or it is not for you."


class NotHandedIn(StoaError):
    code: ClassVar[str] = "work.not_taken"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This can't be handed in as it stands. What you wrote is kept."


class FileNotTaken(StoaError):
    code: ClassVar[str] = "work.file"
    status: ClassVar[int] = 422
    text: ClassVar[str] = "This file can't be taken here."


class AlreadyReviewed(StoaError):
    code: ClassVar[str] = "work.reviewed"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This version was reviewed already, or there is a newer one."


class NothingToDraw(StoaError):
    code: ClassVar[str] = "check.empty"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "Nothing was handed in there in that time: there is nothing to draw from."


class NotAllJudged(StoaError):
    code: ClassVar[str] = "work.not_judged"
    status: ClassVar[int] = 422
    text: ClassVar[str] = "Choose a level for each criterion, or give points, before you accept the work."


class NoSuchAttempt(StoaError):
    code: ClassVar[str] = "attempt.none"
    status: ClassVar[int] = 404
    text: ClassVar[str] = "There is no such attempt, or it is not for you."


class NoMoreAttempts(StoaError):
    code: ClassVar[str] = "attempt.no_more"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "You have used all attempts at this quiz."


class AttemptClosed(StoaError):
    code: ClassVar[str] = "attempt.closed"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This attempt is closed. What was saved in time counts."


class AttemptMoved(StoaError):
    code: ClassVar[str] = "attempt.moved"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This attempt was continued on another page or device since. Reload to go on here."


class QuizEmpty(StoaError):
    code: ClassVar[str] = "quiz.empty"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This quiz has no questions yet."


class NoSuchQuestion(StoaError):
    code: ClassVar[str] = "question.none"
    status: ClassVar[int] = 404
    text: ClassVar[str] = "There is no such question here, or it is not for you."


class QuestionUsed(StoaError):
    code: ClassVar[str] = "question.used"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This question is used in a quiz or an attempt: it can be retired, not deleted."


class NotGradedByHand(StoaError):
    code: ClassVar[str] = "answer.not_by_hand"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This answer waits for nobody, or it was graded since."


class NotEarned(StoaError):
    code: ClassVar[str] = "certificate.not_earned"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "This person has not reached yet what the class asks for."


class NoPaper(StoaError):
    code: ClassVar[str] = "certificate.no_paper"
    status: ClassVar[int] = 503
    text: ClassVar[str] = (
        "This server can't make PDF files yet. Its administrator installs Pango: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


class NoSuchCertificate(StoaError):
    code: ClassVar[str] = "certificate.none"
    status: ClassVar[int] = 404
    text: ClassVar[str] = "There is no certificate with this number."


class CertificateRevoked(StoaError):
    code: ClassVar[str] = "certificate.revoked"
    status: ClassVar[int] = 410
    text: ClassVar[str] = "This certificate was revoked."
