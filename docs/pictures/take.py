"""Take the pictures beside this file with Chromium: `script/pictures`."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"]
JOURNEY = "A phone contract, from slow to sorted"
PATIENCE_MS = 60_000


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """Run cxmap with demo data in a temporary CXMAP_VAR folder. Yield its URL and the demo password."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    var = Path(tempfile.mkdtemp(prefix="cxmap-pictures-"))
    var.chmod(0o711)  # as root, the database's own user passes through
    server = subprocess.Popen(
        [sys.executable, "-m", "cxmap.local.__main__", "up"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port), "CXMAP_VAR": str(var / "var"), "DEMO": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        password = next(
            (
                match[1]
                for line in server.stdout
                if (match := re.search(r"password (\S+) as", line))
            ),
            None,
        )
        if password is None:
            sys.exit("The server did not start (see above).")
        yield f"http://localhost:{port}", password
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
        shutil.rmtree(var)


def signed_in(browser: Browser, address: str, email: str, password: str) -> Page:
    page = browser.new_context(
        base_url=address,
        viewport={"width": 1440, "height": 900},
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    ).new_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Journeys", level=1)).to_be_visible()
    return page


def open_map(page: Page) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=JOURNEY, exact=True).click()
    expect(page.locator("[data-grid]")).to_be_visible()


def card(page: Page, title: str) -> None:
    page.locator("[data-card]").filter(has_text=title).locator("[data-item]").click()


def home(mina: Page, ada: Page) -> None:
    mina.goto("/")


def ownership(mina: Page, ada: Page) -> None:
    mina.get_by_role("link", name="Ownership").first.click()
    expect(mina.locator("#flags .flag-sev").first).to_be_visible()  # the audit has run


def contest(mina: Page, ada: Page) -> None:
    mina.get_by_role("link", name="Settle “Switch”").click()
    expect(mina.get_by_role("heading", name="Who answers for")).to_be_visible()


def as_list(mina: Page, ada: Page) -> None:
    open_map(mina)
    mina.get_by_role("link", name="List", exact=True).click()
    expect(mina.get_by_role("link", name="Edit journey")).to_be_visible()


def as_map(mina: Page, ada: Page) -> None:
    """Mina has a card selected; Ada types in another, and her pointer is over it."""
    open_map(mina)
    open_map(ada)
    card(mina, "Port is refused")
    card(ada, "Old SIM is switched off")
    ada.keyboard.press("Enter")
    expect(mina.get_by_text("Ada Mensah is typing")).to_be_visible()
    expect(mina.locator(".peer-arrow")).to_be_visible()


def present(mina: Page, ada: Page) -> None:
    mina.get_by_role("button", name="Present").click()
    heading = mina.get_by_role("heading", name="Waits 61 hours")
    while not heading.is_visible():
        mina.keyboard.press("ArrowRight")


def storyboard(elsa: Page) -> None:
    """Elsa has the frame open in which the room isn't ready."""
    elsa.get_by_role("link", name="Storyboards").first.click()
    elsa.get_by_role("main").get_by_role("link", name="A night at Harbour House").click()
    expect(elsa.locator(".excalidraw canvas").first).to_be_visible()
    elsa.locator("footer").get_by_role("button", name="Room isn’t ready").click()
    elsa.wait_for_load_state("networkidle")


# In this order: the later ones go on from where the earlier ones are.
PICTURES: dict[str, Callable[[Page, Page], None]] = {
    "home": home,
    "ownership": ownership,
    "contest": contest,
    "list": as_list,
    "map": as_map,
    "present": present,
}


def main() -> None:
    path = shutil.which("chromium")
    if path is None:
        sys.exit("There is no Chromium on this machine. Install it, then run this again.")
    expect.set_options(timeout=PATIENCE_MS)
    with demo() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        mina, ada, elsa = (
            signed_in(browser, address, email, password)
            for email in (
                "mina@fjordline.example",
                "ada@fjordline.example",
                "elsa@harbour-house.example",
            )
        )
        for name, prepare in PICTURES.items():
            prepare(mina, ada)
            save(mina, name)
        storyboard(elsa)
        save(elsa, "storyboard")
        browser.close()


def save(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main()
