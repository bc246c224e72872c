"""Contracts of services that exist only in tests."""

from services.common.kernel.contract import declare_owners

declare_owners(tiny="tests.support.contracts.tiny")
