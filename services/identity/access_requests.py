"""Skeleton of access_requests: to be written."""


def ask(work, college, **request):
    raise NotImplementedError


def list_all(work, **request):
    raise NotImplementedError


def look_at(work, college, request_id):
    raise NotImplementedError


def decide(work, settings, college, **request):
    raise NotImplementedError


def confirm(work, settings, college, **request):
    raise NotImplementedError
