"""What a page knows of its view, and the cards that say it."""
