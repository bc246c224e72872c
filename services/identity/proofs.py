"""Skeleton of proofs: to be written."""


def begin_passkey_sign_in(work, settings):
    raise NotImplementedError


def begin_step_up(work, settings):
    raise NotImplementedError
