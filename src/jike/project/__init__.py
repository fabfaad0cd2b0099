"""The project itself: its environment, documents, checks and server."""
