"""Skeleton of unlocking: to be written."""


def request(work, settings, college, login):
    raise NotImplementedError


def unlock(work, token):
    raise NotImplementedError
