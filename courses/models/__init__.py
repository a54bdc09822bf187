"""Courses as rows: pages (what is taught), classes (who learns it when), progress (what was watched)."""

from __future__ import annotations

from courses.models.classes import CourseClass, Enrolment
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
from courses.models.sessions import CalendarFeed, LiveSession, Presence, PresenceChange

__all__ = [
    "ArticleLesson",
    "CalendarFeed",
    "ClassList",
    "Completion",
    "CourseClass",
    "CoursePage",
    "Enrolment",
    "FileLesson",
    "Lesson",
    "LiveLesson",
    "LiveSession",
    "Note",
    "Notice",
    "Presence",
    "PresenceChange",
    "SectionPage",
    "VideoLesson",
    "Viewing",
    "WatchClock",
    "WatchSpan",
    "Watched",
]
