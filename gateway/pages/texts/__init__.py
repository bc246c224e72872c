"""The words of the pages, in both languages: a module for each kind of page."""

from gateway.pages.texts.every_page import EVERY_PAGE
from gateway.pages.texts.forms import FORMS
from gateway.pages.texts.help import HELP
from gateway.pages.texts.mailed_links import MAILED_LINKS
from gateway.pages.texts.recovery import RECOVERY

MODULES = (EVERY_PAGE, FORMS, HELP, MAILED_LINKS, RECOVERY)
TEXTS = {key: words for module in MODULES for key, words in module.items()}
