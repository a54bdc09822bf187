"""The edges: uploads by tus, files, pages."""
