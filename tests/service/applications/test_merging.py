"""One page of the form in two windows: each side's changes are kept, and what both changed is asked about (P59)."""

import pytest

from services.common.kernel.errors import Invalid, VersionMismatch
from services.contracts.applications import applicant
from services.contracts.applications.shapes import SavedElsewhere
from tests.support.actors.applications_journey import PAGES, Applicant

PAGE = "personal_information"


@pytest.fixture
def zoe(system):
    """An applicant whose page is filled in."""
    system.start("applications")
    person = Applicant(system)
    person.save(PAGE, **PAGES[PAGE])
    return person


class Window:
    """The page as one window has it: what it shows, and with which version and tags that was read."""

    def __init__(self, person):
        self.person = person
        page = person.call(applicant.GetPage, page=PAGE)
        self.values, self.version, self.tags = dict(page["values"]), page["version"], page["tags"]

    def save(self, **typed):
        self.values |= typed
        request = {"page": PAGE, "values": self.values, "version": self.version, "tags": self.tags}
        saved = self.person.call(applicant.MergePage, **request)
        self.version, self.tags = saved["version"], saved["tags"]
        return saved

    def refused(self, **typed):
        with pytest.raises(VersionMismatch) as told:
            self.save(**typed)
        return SavedElsewhere.schema().load(told.value.params)


def stored(person):
    return person.call(applicant.GetPage, page=PAGE)["values"]


def test_fields_changed_in_one_window_only_are_kept_without_asking(zoe):
    first, second = Window(zoe), Window(zoe)
    assert first.save(home_city="Ottawa")["kept"] == []
    saved = second.save(phone="613 555-0199")
    assert saved["kept"] == ["home_city"]
    assert (stored(zoe)["home_city"], stored(zoe)["phone"]) == ("Ottawa", Window(zoe).values["phone"])
    assert stored(zoe)["phone"] != PAGES[PAGE]["phone"]


def test_a_field_changed_in_both_windows_is_asked_about_and_nothing_is_saved(zoe):
    first, second = Window(zoe), Window(zoe)
    first.save(home_city="Ottawa", home_street="1, rue Rideau")
    before = stored(zoe)
    told = second.refused(home_city="Hearst", phone="613 555-0199")
    [differs] = told["differs"]
    assert (differs["field"], differs["saved"], differs["sent"]) == ("home_city", "Ottawa", "Hearst")
    assert stored(zoe) == before
    second.tags |= {"home_city": differs["tag"]}  # now it was seen
    second.save()
    assert (stored(zoe)["home_city"], stored(zoe)["home_street"]) == ("Hearst", "1, rue Rideau")


def test_a_window_that_goes_on_after_a_merge_does_not_undo_what_it_never_showed(zoe):
    first, second = Window(zoe), Window(zoe)
    first.save(home_city="Ottawa")
    second.save(phone="613 555-0199")  # it still shows the old city, and is now at the newest version
    second.save(phone="613 555-0188")
    assert stored(zoe)["home_city"] == "Ottawa"
    assert [one["field"] for one in second.refused(home_city="Hearst")["differs"]] == ["home_city"]


def test_the_same_answer_in_both_windows_however_it_was_typed_is_no_difference(zoe):
    first, second = Window(zoe), Window(zoe)
    first.save(home_postal_code="K1N 9N1")
    second.save(home_postal_code=" k1n9n1 ")
    assert stored(zoe)["home_postal_code"] == "K1N 9N1"


def test_an_answer_emptied_in_one_window_is_a_change_too(zoe):
    first, second = Window(zoe), Window(zoe)
    first.save(commonly_used_name="")
    second.save(phone="613 555-0199")
    assert "commonly_used_name" not in stored(zoe)
    third, fourth = Window(zoe), Window(zoe)
    third.save(legal_middle_names="")
    [differs] = fourth.refused(legal_middle_names="Rosalie")["differs"]
    assert (differs["saved"], differs["sent"]) == (None, "Rosalie")


def test_two_changes_that_do_not_go_together_are_asked_about(zoe):
    zoe.change(PAGE, home_country="FR")
    first, second = Window(zoe), Window(zoe)
    first.save(home_postal_code="75011")  # right in France
    told = second.refused(home_country="CA")  # right with the postal code that was there
    assert [one["field"] for one in told["differs"]] == ["home_country", "home_postal_code"]
    assert (stored(zoe)["home_country"], stored(zoe)["home_postal_code"]) == ("FR", "75011")


def test_the_same_sent_again_changes_nothing_more(zoe):
    window = Window(zoe)
    tags, version = window.tags, window.version
    window.save(home_city="Ottawa")
    after = window.version
    window.tags, window.version = tags, version  # as when the broker asks once more
    assert window.save()["version"] == after


def test_without_tags_each_field_that_differs_is_asked_about_and_a_page_read_last_is_taken(zoe):
    first, second = Window(zoe), Window(zoe)
    first.save(home_city="Ottawa")
    second.tags = {}
    assert {one["field"] for one in second.refused(phone="613 555-0199")["differs"]} == {"phone", "home_city"}
    third = Window(zoe)
    third.tags = {}
    third.save(home_city="Hearst")
    assert stored(zoe)["home_city"] == "Hearst"


def test_what_is_wrong_is_told_first_and_a_page_of_which_nothing_was_saved_is_merged_as_well(zoe):
    with pytest.raises(Invalid):
        Window(zoe).save(home_postal_code="P3")
    fresh = Applicant(zoe.system, "A0000025")
    first, second = Window(fresh), Window(fresh)
    first.save(legal_first_name="Zoé")
    second.save(legal_last_name="Roy")
    assert stored(fresh) == {"legal_first_name": "Zoé", "legal_last_name": "Roy"}


def test_whoever_puts_a_page_on_an_older_version_is_told_what_differs(zoe):
    window = Window(zoe)
    Window(zoe).save(home_city="Ottawa")
    with pytest.raises(VersionMismatch) as refused:
        zoe.call(applicant.SavePage, page=PAGE, values=window.values, version=window.version)
    [differs] = SavedElsewhere.schema().load(refused.value.params)["differs"]
    assert (differs["field"], differs["saved"]) == ("home_city", "Ottawa")
