"""Skeleton of email_changes: to be written."""


def request(work, settings, email):
    raise NotImplementedError


def confirm(work, token):
    raise NotImplementedError
