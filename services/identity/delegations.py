"""Skeleton of delegations: to be written."""


def invite(work, settings, **request):
    raise NotImplementedError


def list_mine(work):
    raise NotImplementedError


def accept(work, token):
    raise NotImplementedError


def end(work, delegation_id):
    raise NotImplementedError


def act_for(work, settings, delegation_id):
    raise NotImplementedError
