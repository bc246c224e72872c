"""What quality assurance holds of a person (R15): PD cycles. See `common/duties/personal_data.py`."""

from collections.abc import Iterator
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select

from services.common.duties import personal_data
from services.common.duties.personal_data import Section
from services.common.duties.personal_data_calls import PersonalData
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import qa as contracts
from services.contracts.college import College
from services.qa.cycles import first_cycle
from services.qa.models import PdCycle


def read(work: UnitOfWork, college: College, account_id: UUID | None) -> PersonalData:
    """Gives it to the person, or to an auditor. Raises Forbidden."""
    return personal_data.answer(
        work, contracts.personal_data.GetPersonalData, account_id, lambda work, whose: _gather(work, college, whose)
    )


def _gather(work: UnitOfWork, college: College, account_id: UUID) -> Iterator[Section]:
    cycles = work.session.scalars(select(PdCycle).filter_by(account_id=account_id).order_by(PdCycle.starts_on, PdCycle.id))
    yield Section(
        "pd_cycles",
        Text("PD cycles", "Cycles de perfectionnement professionnel"),
        {
            "starts_on": Text("Begins", "Début"),
            "ends_on": Text("Ends", "Fin"),
            "required_hours": Text("Hours required", "Heures exigées"),
            "attestation_opens_on": Text("Attestation opens", "Ouverture de l’attestation"),
            "attestation_due_on": Text("Attestation due", "Échéance de l’attestation"),
            "self_assessment_due_on": Text("Self-assessment due", "Échéance de l’auto-évaluation"),
            "opened_at": Text("Opened", "Ouvert le"),
        },
        [vars(cycle) | asdict(first_cycle(cycle.starts_on, college.on(cycle.starts_on))) for cycle in cycles],
    )
