"""Skeleton of staff_office: to be written."""


def find_accounts(work, college, **request):
    raise NotImplementedError


def invite(work, settings, **request):
    raise NotImplementedError


def list_staff(work):
    raise NotImplementedError


def set_roles(work, **request):
    raise NotImplementedError


def suspend(work, **request):
    raise NotImplementedError
