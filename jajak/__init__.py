"""The composition root: settings, command line, the stages, the loop, the Celery tasks."""
