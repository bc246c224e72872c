"""The quality-assurance service."""

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import audit_queries, dead_letters
from services.common.duties.personal_data_calls import PersonalData, WhosePersonalData
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.runtime.service import Service
from services.contracts import qa as contracts
from services.contracts.college_provider import CollegeProfile
from services.contracts.registry import RegistrationFinalised
from services.qa import cycles, dashboard, personal_data


class QaService(Service):
    """Opens PD cycles and tells registrants what is owed."""

    name = "qa"
    college = CollegeProfile()

    @handles(RegistrationFinalised)
    def open_pd_cycle(self, work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
        """Opens the registrant's first PD cycle. Needs nothing else first; told again, it changes nothing."""
        cycles.open_first(work, self.college, event)

    @rpc(contracts.GetQaDashboard)
    def get_qa_dashboard(self, work: UnitOfWork) -> contracts.GetQaDashboard.Reply:
        return dashboard.read(work, self.college)

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
