"""The field app's side of the server: JSON in and out, a token instead of a session."""
