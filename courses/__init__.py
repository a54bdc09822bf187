"""Courses, lessons, classes and proof of who learned what. Built on meetings, pages and assets."""
