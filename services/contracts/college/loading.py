"""Loads a college's profile: every file by its schema, then all of them against each other."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.common.kernel.validation import Schema
from services.common.kernel.yaml_files import Problem, ProfileError, YamlFile, read_yaml
from services.contracts.college.access_rules import AccessRulesSchema
from services.contracts.college.application_form import ApplicationFormSchema
from services.contracts.college.categories import CategoriesSchema
from services.contracts.college.charges import ChargesSchema
from services.contracts.college.college import College
from services.contracts.college.cross_checks import Source, all_problems
from services.contracts.college.fees import FeeScheduleSchema
from services.contracts.college.mailing_list import MailingListSchema
from services.contracts.college.mails import MailTextSchema
from services.contracts.college.organisation import OrganisationSchema
from services.contracts.college.policies import PoliciesSchema
from services.contracts.college.professional_development import ProfessionalDevelopmentSchema
from services.contracts.college.requirements import RequirementsSchema
from services.contracts.college.retention import RetentionSchema
from services.contracts.college.review import ReviewSchema

_FILES: dict[str, type[Schema]] = {
    "college": OrganisationSchema,
    "categories": CategoriesSchema,
    "fees": FeeScheduleSchema,
    "charges": ChargesSchema,
    "requirements": RequirementsSchema,
    "application_form": ApplicationFormSchema,
    "review": ReviewSchema,
    "professional_development": ProfessionalDevelopmentSchema,
    "access": AccessRulesSchema,
    "policies": PoliciesSchema,
    "retention": RetentionSchema,
    "mailing_list": MailingListSchema,
}


def load_college(folder: Path | str) -> College:
    """The college that the profile in `folder` describes.

    Raises ProfileError with every fault of every file; references between the files are looked at once each file is sound
    by itself. Reads files and does nothing else.
    """
    folder = Path(folder)
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    mails: list[Source] = []
    for name, schema in _FILES.items():
        source = _load(folder / f"{name}.yaml", schema(), problems)
        if source is not None:
            sources[name] = source
    mail_schema = MailTextSchema()
    mail_files = sorted((folder / "mails").glob("*.yaml"))
    if not mail_files:
        problems.append(Problem(folder / "mails", 1, "", "holds no mail texts"))
    for file in mail_files:
        source = _load(file, mail_schema, problems)
        if source is not None:
            mails.append(source)
    if problems:
        raise ProfileError(problems)
    college = _assemble({name: source.value for name, source in sources.items()}, [source.value for source in mails])
    problems = list(all_problems(college, sources, mails))
    if problems:
        raise ProfileError(problems)
    return college


def _load(file: Path, schema: Schema, problems: list[Problem]) -> Source | None:
    try:
        source: YamlFile = read_yaml(file)
        return Source(source, source.load(schema))
    except ProfileError as error:
        problems += error.problems
        return None


def _assemble(values: dict[str, Any], mails: list[Any]) -> College:
    return College(
        **vars(values["college"]),
        categories=tuple(values["categories"]["categories"]),
        fees=values["fees"],
        charges=values["charges"],
        routes=values["requirements"].routes,
        requirements=values["requirements"].requirements,
        form=values["application_form"],
        review=values["review"],
        professional_development=values["professional_development"],
        access=values["access"],
        policies=values["policies"]["policies"],
        retention=values["retention"],
        mailing_list=values["mailing_list"],
        mails=MappingProxyType({mail.kind: mail for mail in mails}),
    )
