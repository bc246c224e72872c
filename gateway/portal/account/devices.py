"""What a browser calls itself, in words: which browser it is, on which system."""

import re

from gateway.portal.kit.texts import _, say

# In this order: most browsers also say the names of those whose engine they have.
_BROWSERS = (
    (re.compile(r"\bEdg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"\b(?:OPR|OPiOS|OPT|Opera)\b"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS|Focus)/"), "Firefox"),
    (re.compile(r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/"), "Chrome"),
    (re.compile(r"\bVersion/\S+ (?:Mobile/\S+ )?Safari/"), "Safari"),
)
_SYSTEMS = (
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMac(?:intosh| OS X)\b"), "macOS"),
    (re.compile(r"\b(?:Linux|X11)\b"), "Linux"),
)


def in_words(device: str | None, language: str) -> str:
    """Says on what somebody is signed in: `Firefox on Windows`. A browser that we do not know, or a program, is said as it names itself."""
    text = device or ""
    browser = next((name for sign, name in _BROWSERS if sign.search(text)), None)
    system = next((name for sign, name in _SYSTEMS if sign.search(text)), None)
    if browser and system:
        return say(language, _("%(browser)s on %(system)s"), browser=browser, system=system)
    return device or say(language, _("Unknown device"))
