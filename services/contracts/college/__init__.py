"""A college as data: `load_college(folder)` reads a profile such as those in `deploy/colleges` and checks it as a whole."""

from services.common.kernel.text import Text
from services.common.kernel.yaml_files import Problem, ProfileError
from services.contracts.college.application_form import TODAY, ApplicationForm, Choice, Field, NoSuchField, Page, Roles
from services.contracts.college.categories import Category
from services.contracts.college.college import College, CollegeOnDay, NotInProfile
from services.contracts.college.fees import Fee, FeeNotInForce, Tax
from services.contracts.college.loading import load_college
from services.contracts.college.mails import MailText, PlaceholderMissing, WrittenMail
from services.contracts.college.organisation import NumberSeries
from services.contracts.college.requirements import Condition, Requirement, Route

__all__ = [
    "TODAY",
    "ApplicationForm",
    "Category",
    "Choice",
    "College",
    "CollegeOnDay",
    "Condition",
    "Fee",
    "FeeNotInForce",
    "Field",
    "MailText",
    "NoSuchField",
    "NotInProfile",
    "NumberSeries",
    "Page",
    "PlaceholderMissing",
    "Problem",
    "ProfileError",
    "Requirement",
    "Roles",
    "Route",
    "Tax",
    "Text",
    "WrittenMail",
    "load_college",
]
