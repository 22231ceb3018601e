"""The commands of ``jajak``, a module a subject."""
