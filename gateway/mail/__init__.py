"""Mails as they leave: words, form, and the mail server."""
