"""The sites: home pages put together from blocks that everybody offers."""
