"""What a browser calls itself, in words."""

import pytest

from gateway.portal.account.devices import in_words

MOZILLA = "Mozilla/5.0"
WEBKIT, GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)", "Gecko/20100101"
WINDOWS, MAC = f"{MOZILLA} (Windows NT 10.0; Win64; x64)", f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7)"
PHONE = f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = f"{MOZILLA} (Linux; Android 14; SM-S928W)"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Edge on Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36 OPR/116.0.0.0", "Opera on Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:132.0) {GECKO} Firefox/132.0", "Firefox on Windows"),
        (f"{MOZILLA} (X11; Ubuntu; Linux x86_64; rv:132.0) {GECKO} Firefox/132.0", "Firefox on Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/130.0.0.0 Safari/537.36", "Chrome on ChromeOS"),
        (f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", "Safari on macOS"),
        (f"{MAC} {WEBKIT} Chrome/130.0.0.0 Safari/537.36", "Chrome on macOS"),
        (f"{PHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{PHONE} CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{PHONE} FxiOS/132.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone"),
        (
            f"{MOZILLA} (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 Version/16.6 Mobile/15E148 Safari/604.1",
            "Safari on iPad",
        ),
        (f"{ANDROID} {WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{ANDROID} {WEBKIT} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        (f"{ANDROID} {WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36 EdgA/130.0.0.0", "Edge on Android"),
        ("python-requests/2.32.3", "python-requests/2.32.3"),  # a program, by the name that it gives itself
        ("<b>Chrome</b> on Windows", "<b>Chrome</b> on Windows"),
        (None, "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_browser_and_its_system_are_named_in_words(told, said):
    assert in_words(told, "en") == said


def test_they_are_named_in_the_language_of_the_page():
    assert in_words(f"{MAC} {WEBKIT} Chrome/130.0.0.0 Safari/537.36", "fr") == "Chrome sur macOS"
    assert in_words(None, "fr") == "Appareil inconnu"
