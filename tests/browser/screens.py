"""The screens of the hall as people use them: `kiosk.takes_number(...)`, `desk.press("r")`, `phone.headline`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import Watch
from tests.support.clients import HEALED_S
from tests.support.servers import PASSWORD

DOUBLE_TOUCH_S = 0.55
HALL_MS = 20_000  # two cores, a browser, a server and a printer: slow is not wrong
HEALED_MS = int(HEALED_S * 1000)

# The time that the page reads stands still until a test moves it; its timers go on.
STANDS_STILL = "window.passed = 0; performance.now = () => window.passed;"

# A scanner types far faster than the protocol of a browser: all keys at once. False when nobody took the Enter.
SCANS = """text => {
  const press = key => !document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  for (const key of text) press(key);
  return press("Enter");
}"""


def eventually(what: Callable[[], Any], seconds: float = 20.0, why: str = "") -> Any:
    """The first true value of `what`. AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < end, why or f"still {found!r} after {seconds} s"
        time.sleep(0.05)


def read_qr(image: bytes) -> list[str]:
    """The texts of all QR codes in a picture, by an independent decoder."""
    with Image.open(BytesIO(image)) as picture:
        return [code.text for code in zxingcpp.read_barcodes(picture)]


@dataclass
class Shown:
    """A page, the watch over it, and the server behind it."""

    page: Page
    watch: Watch
    site: Any

    def goes_to(self, path: str) -> None:
        self.page.goto(self.watch.home + path)

    def text(self, selector: str) -> str:
        return (self.page.locator(selector).text_content() or "").strip()

    def shows(self, selector: str, words: str | re.Pattern[str], ms: float = HALL_MS) -> None:
        """Waits until the element says so, for all to see."""
        expect(self.page.locator(selector).filter(visible=True)).to_contain_text(words, timeout=ms)

    def visible(self, selector: str, ms: float = HALL_MS) -> Locator:
        expect(self.page.locator(selector)).to_be_visible(timeout=ms)
        return self.page.locator(selector)

    def is_stale(self, ms: float = 20_000) -> None:
        expect(self.page.locator("body")).to_have_class(re.compile(r"\bstale\b|\boffline\b"), timeout=ms)


@dataclass
class Kiosk(Shown):
    """The screen at the entrance. Counts the touches."""

    taps: int = 0
    touched: float = 0.0

    def opens(self) -> Kiosk:
        self.goes_to("/kiosk/")
        self.is_home()
        return self

    def is_home(self, ms: float = HALL_MS) -> None:
        expect(self.page.locator("#choices h1")).to_contain_text(re.compile("Selamat datang|Welcome"), timeout=ms)
        expect(self.page.locator("#tiles button.tile").first).to_be_visible(timeout=ms)

    def stops_its_clock(self) -> Kiosk:
        """Opened anew, and however long we take: nobody is asked whether they are still there, no ticket leaves the
        screen and no paper is late, unless `later` says so."""
        self.page.add_init_script(STANDS_STILL)
        return self.opens()

    def later(self, seconds: float) -> None:
        """On a kiosk whose clock has stopped."""
        self.page.evaluate("seconds => { window.passed += seconds * 1000; }", seconds)

    def tile(self, name: str) -> Locator:
        named = self.page.locator(".tile-name", has_text=re.compile(f"^{re.escape(name)}$"))
        return self.page.locator("#tiles button.tile", has=named)

    def touches(self, name: str) -> None:
        self.tap(self.tile(name))
        self.taps += 1

    def tap(self, target: Locator) -> None:
        """One touch, as people touch: two in the same place within half a second are one double touch."""
        while time.monotonic() < self.touched + DOUBLE_TOUCH_S:
            self.page.wait_for_timeout(50)
        target.tap()
        self.touched = time.monotonic()

    def takes_number(self, section: str, service: str, priority: str = "Umum") -> str:
        """Section, service, priority: three touches. The number shown."""
        for name in (section, service, priority):
            self.touches(name)
        return self.number()

    def number(self) -> str:
        self.visible("#ticket")
        expect(self.page.locator("#number")).to_have_text(re.compile(r"^[A-Z]-\d{3}$"), timeout=HALL_MS)
        return self.text("#number")

    def speaks(self, language: str) -> None:
        self.page.locator(f"[data-language={language}]").tap()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def qr(self) -> str:
        """What the code on the screen says."""
        image = self.page.locator("#qr")
        eventually(lambda: image.evaluate("one => one.complete && one.naturalWidth > 0"))
        return read_qr(image.screenshot())[0]

    def is_done(self) -> None:
        self.tap(self.page.locator("#done"))
        self.is_home()


@dataclass
class Board(Shown):
    """The board in the hall."""

    def opens(self) -> Board:
        self.goes_to("/display/")
        expect(self.page.locator("#clock")).to_have_text(re.compile(r"\d\d\.\d\d"), timeout=HALL_MS)
        return self

    def calls(self, number: str, counter: str, ms: float = HALL_MS) -> None:
        expect(self.page.locator("#number")).to_have_text(number, timeout=ms)
        expect(self.page.locator("#counter")).to_have_text(counter, timeout=ms)
        self.visible("#call-now")


@dataclass
class Desk(Shown):
    """An officer at a counter."""

    login: str = ""

    def signs_in(self) -> Desk:
        """Through the real form."""
        self.goes_to("/sign-in?next=/counter/")
        self.page.fill("#login", self.login)
        self.page.fill("#password", PASSWORD)
        self.page.locator("form.panel button.primary").click()
        self.page.wait_for_url("**/counter/")
        return self

    def takes(self, counter: str) -> Desk:
        named = self.page.locator(".tile-name", has_text=re.compile(f"^{re.escape(counter)}$"))
        self.page.locator("#counters .tile", has=named).click()
        self.visible("#desk")
        expect(self.page.locator("#place")).to_have_text(counter)
        return self

    def press(self, key: str) -> None:
        """One key, when the desk is ready for it (a second press within half a second is a slip of the finger)."""
        self.rests()
        self.page.keyboard.press(key)

    def rests(self) -> None:
        self.page.wait_for_timeout(150)  # a dialog that was sent closes a task later
        expect(self.page.locator("#desk[data-busy]")).to_have_count(0, timeout=HALL_MS)
        self.page.wait_for_timeout(500)

    def primary(self, word: str) -> None:
        """The one big button, which must be called that."""
        expect(self.page.locator("#primary-word")).to_have_text(word, timeout=HALL_MS)
        expect(self.page.locator("#primary")).not_to_have_attribute("aria-disabled", "true", timeout=HALL_MS)
        self.rests()
        self.page.locator("#primary").click()

    def serves(self, number: str) -> None:
        expect(self.page.locator("#visit-number")).to_have_text(number, timeout=HALL_MS)

    def told(self, words: str | re.Pattern[str], ms: float = HALL_MS) -> None:
        self.shows("#told", words, ms)

    def submits(self, dialog: str) -> None:
        self.page.locator(f"#{dialog} button[type=submit]").click()


@dataclass
class Phone(Shown):
    """A visitor's own phone."""

    def opens(self, url: str) -> Phone:
        self.page.goto(url)
        return self

    def says(self, words: str | re.Pattern[str], ms: float = HALL_MS) -> None:
        self.shows("#headline", words, ms)


@dataclass
class Survey(Shown):
    """The nine questions, on a phone or at the exit."""

    answered: list[str] = field(default_factory=list)

    def begins(self) -> None:
        self.visible("#intro")
        self.page.locator("#begin").click()

    def answers(self, best: int = 4, questions: int = 9) -> None:
        """All questions with the same answer, 1 (worst) to 4 (best); then nothing about oneself."""
        for n in range(1, questions + 1):
            self.shows("#progress", re.compile(rf"^{n} (dari|of) {questions}$"))
            self.answered.append(self.text("#question-text"))
            self.chooses(best)
        self.visible("#about")
        self.page.locator("#about-skip").click()

    def chooses(self, best: int) -> None:
        """One answer, as soon as the screen takes touches; the next question comes by itself."""
        self.settled().locator(".answers:visible .answer").nth(best - 1).click()

    def settled(self) -> Locator:
        """The page, once a touch counts (a new screen lets the second half of a double tap pass)."""
        return self.visible("body:not(.settling)")

    def sends(self, remark: str = "") -> None:
        self.visible("#remark")
        if remark:
            self.page.fill("#remark-text", remark)
        self.page.locator("#send").click()
        self.visible("#end")

    def scans(self, url: str) -> None:
        """What a USB scanner does: it types the address and Enter."""
        self.visible("#scan")
        assert self.page.evaluate(SCANS, url), "the Enter was the scanner's: it must not press the focused button"


@dataclass
class Manager(Shown):
    """Somebody in the managers' room."""

    login: str = ""

    def signs_in(self) -> Manager:
        self.goes_to("/sign-in")
        self.page.fill("#login", self.login)
        self.page.fill("#password", PASSWORD)
        self.page.locator("form.panel button.primary").click()
        self.page.wait_for_url("**/office/")
        return self

    def fill(self, name: str) -> str:
        """A figure of the page."""
        return self.text(f"[data-fill={name}]")

    def reads(self, name: str, words: str | re.Pattern[str]) -> None:
        self.shows(f"[data-fill={name}]", words)
