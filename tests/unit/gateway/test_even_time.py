"""Answers that take as long whatever was found."""

import time

import pytest

from gateway.http.constant_time import STEP_S, in_constant_time
from services.common.kernel.contract import ConstantTime
from services.common.kernel.errors import NotFound
from services.contracts import identity

STEP = 0.05


def taken(which, work_s=0.0, error=None):
    """How long it took, in steps, to do some work and answer, or refuse."""
    began = time.monotonic()
    try:
        with in_constant_time(which, STEP, time.sleep):
            time.sleep(work_s)
            if error:
                raise error
    except NotFound:
        pass
    return (time.monotonic() - began) / STEP


def test_an_answer_is_held_until_its_step_is_full():
    assert taken(ConstantTime.ALL) >= 1
    assert taken(ConstantTime.ALL, STEP * 1.2) >= 2


def test_a_refusal_is_held_as_an_answer_is():
    assert taken(ConstantTime.ALL, error=NotFound()) >= 1
    assert taken(ConstantTime.REFUSALS, error=NotFound()) >= 1


def test_what_tells_itself_and_what_tells_nothing_is_not_held():
    slept = []
    with in_constant_time(ConstantTime.REFUSALS, STEP, slept.append), in_constant_time(ConstantTime.NONE, STEP, slept.append):
        pass
    with pytest.raises(NotFound), in_constant_time(ConstantTime.NONE, STEP, slept.append):
        raise NotFound()
    assert slept == []


def test_every_question_that_could_tell_whether_there_is_an_account_is_answered_in_even_time():
    assert identity.sessions.SignIn.constant_time is ConstantTime.REFUSALS
    questions = (
        *(identity.accounts.OpenAccount, identity.accounts.ResendActivation),
        *(identity.recovery.RequestPasswordReset, identity.recovery.RequestApplicationId, identity.recovery.RequestUnlock),
    )
    assert {question.constant_time for question in questions} == {ConstantTime.ALL}
    assert STEP_S >= 0.2
