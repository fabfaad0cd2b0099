"""Texts and figures as people read them, in Chinese and English."""
