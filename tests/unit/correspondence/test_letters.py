"""The handlers of correspondence: their names, which the inbox keeps beside each event, and their queues, which the broker has."""

from services.common.bus.topology import queue_of
from services.common.runtime.launch import service_class
from services.correspondence.letters import LETTERS

ON_RECORD = {
    "events.correspondence.identity.LegalHoldPlaced": "hold",
    "events.correspondence.identity.LegalHoldLifted": "lift_hold",
    "events.correspondence.identity.AccountDestroyed": "forget_account",
    "events.correspondence.identity.AccountOpened": "welcome",
    "events.correspondence.identity.ContactChanged": "change_contact",
    "events.correspondence.identity.ActivationLinkRenewed": "send_id_again",
    "events.correspondence.identity.AccountOpeningRepeated": "tell_of_account",
    "events.correspondence.identity.AccountMigrated": "keep_contact",
    "events.correspondence.identity.AccountInvited": "invite",
    "events.correspondence.identity.ApplicationIdRequested": "remind_of_id",
    "events.correspondence.identity.PasswordResetRequested": "send_password_link",
    "events.correspondence.identity.PasswordChanged": "tell_new_password",
    "events.correspondence.identity.UnlockRequested": "send_unlock_link",
    "events.correspondence.identity.EmailChangeRequested": "send_confirmation_link",
    "events.correspondence.identity.EmailChanged": "tell_old_address",
    "events.correspondence.identity.SecondFactorChanged": "tell_second_factor",
    "events.correspondence.identity.AccessRequestReceived": "confirm_access_request",
    "events.correspondence.identity.AccessRequestRefused": "tell_refused_access",
    "events.correspondence.identity.DelegateInvited": "invite_delegate",
    "events.correspondence.identity.DelegationAccepted": "tell_accepted_delegation",
    "events.correspondence.identity.DelegationEnded": "tell_ended_delegation",
    "events.correspondence.applications.ApplicationSubmitted": "confirm_submission",
    "events.correspondence.applications.MoreInformationRequested": "ask_for_more",
    "events.correspondence.applications.InformationReceived": "confirm_information",
    "events.correspondence.applications.ApplicationFoundComplete": "acknowledge_complete",
    "events.correspondence.applications.DocumentReceived": "tell_received_document",
    "events.correspondence.applications.DocumentNotAccepted": "tell_refused_document",
    "events.correspondence.applications.ApplicationApproved": "tell_approval",
    "events.correspondence.applications.ApplicationRefused": "tell_refusal",
    "events.correspondence.applications.ApplicationWithdrawn": "confirm_withdrawal",
    "events.correspondence.applications.ApplicationLapsed": "tell_lapse",
    "events.correspondence.billing.InvoiceIssued": "send_invoice",
    "events.correspondence.billing.PaymentReceived": "send_receipt",
    "events.correspondence.billing.PartPaymentReceived": "send_receipt_of_part",
    "events.correspondence.billing.PaymentFlagged": "tell_of_flagged_payment",
    "events.correspondence.registry.RegistrationFinalised": "welcome_registrant",
    "events.correspondence.registry.StandingChanged": "tell_of_standing",
    "events.correspondence.registry.CertificateHeldBack": "tell_staff_of_held_certificate",
}


def handlers() -> dict[str, str]:
    """The service's handlers, by their queues."""
    methods = vars(service_class("services.correspondence.service")).values()
    return {queue_of("correspondence", method.event): method.__name__ for method in methods if hasattr(method, "event")}


def test_queues_and_handlers_have_the_names_that_are_on_record():
    assert handlers() == ON_RECORD


def test_no_two_events_of_the_tables_share_a_handler():
    names = [letter.handler for letter in LETTERS.values()]
    assert len(set(names)) == len(names) == 33


def test_each_handler_is_an_entry_point_under_its_own_name_and_says_what_it_does():
    service = service_class("services.correspondence.service")
    for letter in LETTERS.values():
        method = getattr(service, letter.handler)
        assert [extension.event for extension in method.nameko_entrypoints] == [method.event]
        assert method.__doc__ == letter.write.__doc__
        assert method.__doc__
