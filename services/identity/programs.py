"""Skeleton of programs: to be written."""


def register(work, name, scopes):
    raise NotImplementedError


def list_all(work):
    raise NotImplementedError


def renew_secret(work, program_id):
    raise NotImplementedError


def revoke(work, program_id, note):
    raise NotImplementedError


def issue_token(work, settings, **request):
    raise NotImplementedError
