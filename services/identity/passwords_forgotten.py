"""Skeleton of passwords_forgotten: to be written."""


def request_reset(work, settings, college, email, application_id):
    raise NotImplementedError


def reset(works, token, password):
    raise NotImplementedError


def change(works, password, new_password):
    raise NotImplementedError


def request_application_id(work, email):
    raise NotImplementedError
