"""Meetings: rooms, meetings, participants; the live room and its signalling."""
