"""Skeleton of factors: to be written."""


def list_mine(work):
    raise NotImplementedError


def begin_totp(work, settings, college):
    raise NotImplementedError


def confirm_totp(works, settings, **request):
    raise NotImplementedError


def begin_passkey(work, settings, college):
    raise NotImplementedError


def confirm_passkey(work, settings, **request):
    raise NotImplementedError


def remove(work, factor_id):
    raise NotImplementedError


def renew_recovery_codes(work):
    raise NotImplementedError
