"""Long work: queue, progress, retry, cancel; one look for every progress bar."""
