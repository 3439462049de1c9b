"""The application for the field: pages that open without signal, and what they talk to: JSON, a token, no session."""
