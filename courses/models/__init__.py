"""Courses as rows: pages (what is taught), classes (who learns it when), progress (what was watched)."""

from __future__ import annotations

from courses.models.assignments import AssignmentLesson, Review, Submission, Work, WorkFile
from courses.models.attempts import Asked, Attempt
from courses.models.badges import Badge, BadgeKey
from courses.models.banks import Question, QuestionBank, QuestionVersion
from courses.models.certificates import Certificate, CertificateRule
from courses.models.classes import CourseClass, Enrolment
from courses.models.grades import GradeOverride, GradeRules
from courses.models.lists import ClassList
from courses.models.notices import Notice
from courses.models.pages import (
    ArticleLesson,
    CoursePage,
    FileLesson,
    Lesson,
    LiveLesson,
    SectionPage,
    VideoLesson,
)
from courses.models.progress import Completion, Note, Viewing, WatchClock, Watched, WatchSpan
from courses.models.quizzes import QuizLesson, QuizPart
from courses.models.reading import ReadingNote, SpotCheck, SpotMark
from courses.models.reports import ReportFile
from courses.models.sessions import CalendarFeed, LiveSession, Presence, PresenceChange

__all__ = [
    "ArticleLesson",
    "Asked",
    "AssignmentLesson",
    "Attempt",
    "Badge",
    "BadgeKey",
    "CalendarFeed",
    "Certificate",
    "CertificateRule",
    "ClassList",
    "Completion",
    "CourseClass",
    "CoursePage",
    "Enrolment",
    "FileLesson",
    "GradeOverride",
    "GradeRules",
    "Lesson",
    "LiveLesson",
    "LiveSession",
    "Note",
    "Notice",
    "Presence",
    "PresenceChange",
    "Question",
    "QuestionBank",
    "QuestionVersion",
    "QuizLesson",
    "QuizPart",
    "ReadingNote",
    "ReportFile",
    "Review",
    "SectionPage",
    "SpotCheck",
    "SpotMark",
    "Submission",
    "VideoLesson",
    "Viewing",
    "WatchClock",
    "WatchSpan",
    "Watched",
    "Work",
    "WorkFile",
]
