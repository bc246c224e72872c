"""The registry service."""

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.documents.files_provider import Files
from services.common.duties import audit_queries, dead_letters
from services.common.duties.personal_data_calls import PersonalData, WhosePersonalData
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.runtime.service import Service
from services.contracts import registry as contracts
from services.contracts.applications.events import ApplicantDescribed, ApplicationApproved
from services.contracts.applications.shapes import StoredFile
from services.contracts.billing.events import FinalisationReplayed, PaymentReceived
from services.contracts.college_provider import CollegeProfile
from services.contracts.registry import standing
from services.registry import (
    carrying_over,
    certificates,
    daily,
    descriptions,
    held_certificates,
    personal_data,
    register,
    register_search,
    registrations,
    standings,
    verification,
)
from services.registry.gauges import RegistryGauges
from services.registry.settings import Renderer


class RegistryService(Service):
    """Registers people, shows the public register, and issues certificates."""

    name = "registry"
    college = CollegeProfile()
    files = Files()
    renderer = Renderer()
    gauges = RegistryGauges()

    @handles(ApplicationApproved)
    def remember_approval(self, work: UnitOfWork, event: ApplicationApproved.Data) -> None:
        """Keeps what was approved until it is paid; a second approval of the same application changes nothing."""
        registrations.remember_approval(work, self.college, event)

    @handles(ApplicantDescribed)
    def remember_description(self, work: UnitOfWork, event: ApplicantDescribed.Data) -> None:
        """Keeps what the application says of the person until they are registered; then it becomes facts. A second telling changes nothing."""
        descriptions.remember(work, event)

    @handles(PaymentReceived)
    def finalise_registration(self, work: UnitOfWork, event: PaymentReceived.Data) -> None:
        """Registers whoever paid for it. Retries until the approval is heard; an application that is registered changes nothing."""
        registrations.finalise(work, self.college, event)

    @handles(FinalisationReplayed)
    def finalise_again(self, work: UnitOfWork, event: PaymentReceived.Data) -> None:
        """Registers the person if that was lost; else only announces again what is so. Retries until the approval is heard."""
        registrations.finalise(work, self.college, event, announce_again=True)

    @handles(contracts.RegistrationFinalised)
    def make_certificate(self, work: UnitOfWork, event: contracts.RegistrationFinalised.Data) -> None:
        """Makes the certificate's PDFs that are not there yet; told again, it makes none. Retries when one cannot be made.

        One that no font has the letters for is no failure: it is held back, and not retried.
        """
        certificates.make_files(work, self.college, self.renderer, self.files, event)

    @handles(contracts.CertificateTriedAgain)
    def make_certificate_again(self, work: UnitOfWork, event: contracts.CertificateTriedAgain.Data) -> None:
        """The same, for a certificate that was held back. One that still cannot be made stays so."""
        certificates.make_files(work, self.college, self.renderer, self.files, event)

    @rpc(contracts.SearchRegister)
    def search_register(self, work: UnitOfWork, request: contracts.SearchRegister.Request) -> contracts.SearchRegister.Reply:
        return register_search.search(work, self.college, request)

    @rpc(contracts.LookUpRegistrant)
    def look_up_registrant(self, work: UnitOfWork, request: contracts.LookUpRegistrant.Request) -> contracts.RegistrantForStaff:
        return register.look_up(work, self.college, request.number)

    @rpc(contracts.VerifyCertificate)
    def verify_certificate(
        self, work: UnitOfWork, request: contracts.VerifyCertificate.Request
    ) -> contracts.VerifyCertificate.Reply:
        return verification.verify(work, self.college, request.code)

    @rpc(contracts.GetMyRegistration)
    def get_my_registration(self, work: UnitOfWork) -> contracts.GetMyRegistration.Reply:
        return certificates.mine(work, self.college)

    @rpc(contracts.ReadCertificate)
    def read_certificate(self, work: UnitOfWork, request: contracts.ReadCertificate.Request) -> StoredFile:
        return certificates.read_mine(work, request.language)

    @rpc(contracts.ListHeldCertificates)
    def list_held_certificates(self, work: UnitOfWork) -> contracts.ListHeldCertificates.Reply:
        return held_certificates.list_all(work)

    @rpc(contracts.MakeHeldCertificates)
    def make_held_certificates(self, work: UnitOfWork) -> contracts.MakeHeldCertificates.Reply:
        return held_certificates.try_again(work)

    @rpc(standing.GetRegistrantFile)
    def get_registrant_file(self, work: UnitOfWork, request: standing.GetRegistrantFile.Request) -> standing.RegistrantFile:
        return standings.look(work, self.college, request.number)

    @rpc(standing.PreviewStatus)
    def preview_status(self, work: UnitOfWork, request: standing.NewStatus) -> standing.PreviewStatus.Reply:
        return standings.preview(work, self.college, request)

    @rpc(standing.ChangeStatus)
    def change_status(self, work: UnitOfWork, request: standing.NewStatus) -> standing.RegistrantFile:
        return standings.change(work, self.college, request)

    @rpc(standing.TakeBackFact)
    def take_back_fact(self, work: UnitOfWork, request: standing.TakeBackFact.Request) -> standing.RegistrantFile:
        return standings.take_back(work, self.college, request)

    @timer(interval=daily.EVERY_S, eager=True)
    def compose_due(self) -> None:
        """Has planned changes come into force at the college's midnight, and those of days that were missed."""
        daily.compose_due(self.units, self.college)

    @timer(interval=carrying_over.EVERY_S, eager=True)
    def carry_over(self) -> None:
        """Makes the facts of registrants whom an earlier release registered, one replica at a time."""
        carrying_over.sweep(self.units, self.college)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work: UnitOfWork, request: WhosePersonalData) -> PersonalData:
        return personal_data.read(work, self.college, request.account_id)

    list_dead_letters = dead_letters.entry_point(contracts.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(contracts.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(contracts.dead_letters.DiscardDeadLetter)
    list_audit = audit_queries.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_queries.entry_point(contracts.audit.VerifyAudit)
