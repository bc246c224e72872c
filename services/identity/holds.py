"""Skeleton of holds: to be written."""


def place(work, **request):
    raise NotImplementedError


def lift(work, **request):
    raise NotImplementedError


def list_all(work, account_id):
    raise NotImplementedError
