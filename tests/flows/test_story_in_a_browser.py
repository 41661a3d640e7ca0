"""A real request goes all the way, as a stranger would see it: the page, three people, one card, one effect, one proof."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from core.crypto import Cipher, load_or_make_key
from core.moment import RandomIds, SystemClock
from gateways.mail.embedded import EmbeddedMail
from gateways.systems import Systems
from tests.support.running import ROOT, RunningBaton, trained

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; .ci/run installs it"),
]
SHOTS = ROOT / "var" / "shots"


@pytest.fixture
def baton(tmp_path: Path) -> Iterator[RunningBaton]:
    trained(tmp_path)
    running = RunningBaton(tmp_path).start("samples/1-school-trip.eml")
    yield running
    running.stop()


@pytest.fixture
def page(baton: RunningBaton) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport={"width": 1400, "height": 1000})
        browser.close()


def test_a_mail_becomes_a_card_a_person_edits_and_approves_and_it_happens_once(baton: RunningBaton, page: Page) -> None:
    page.goto(f"{baton.page}/?me=U0PRIYA&c=sales")
    card = page.locator("article", has_text="Add Ines Abara as a new lead?").first
    expect(card).to_be_visible(timeout=20_000)

    card.locator(
        '[data-action="approval.approve"]'
    ).click()  # Priya does not hold the role: told privately, nothing changes
    expect(page.locator("article", has_text="Only visible to you").first).to_be_visible(timeout=10_000)
    expect(card).to_contain_text("Waiting for a decision")

    switch_to(page, "U0MAYA")
    expect(page.locator("article", has_text="Only visible to you")).to_have_count(0)
    card = page.locator("article", has_text="Add Ines Abara as a new lead?").first
    card.locator('[data-action="approval.edit"]').click()
    company = page.get_by_label("Company")
    expect(company).to_be_visible(timeout=10_000)
    company.fill("Cove Street Primary School")
    shoot(page, "edit")
    page.locator("dialog[open] [data-submit]").click()
    expect(page.locator("dialog[open]")).to_contain_text("Cove Street Primary School", timeout=10_000)
    expect(page.locator("dialog[open]")).to_contain_text("Removed")
    shoot(page, "difference")
    page.locator("dialog[open] [data-submit]").last.click()

    done = page.locator("article", has_text="was added as a lead").first
    expect(done).to_be_visible(timeout=20_000)
    expect(done).to_contain_text("Cove Street Primary School")
    shoot(page, "added")

    switch_to(page, "U0THEO")
    page.goto(f"{baton.page}/?me=U0THEO&c=support-desk")
    reply = page.locator("article", has_text="Send this reply to Ines Abara?").first
    expect(reply).to_be_visible(timeout=20_000)
    reply.locator('[data-action="approval.approve"]').click()
    expect(page.locator("article", has_text="Reply sent to Ines Abara").first).to_be_visible(timeout=20_000)
    shoot(page, "sent")
    baton.stop()

    assert call_log(baton) == {"crm.create_lead": 1, "mail.reply": 1}
    assert len(outbox(baton)) == 1
    assert baton.command("audit", "verify").returncode == 0


@pytest.mark.slow
def test_tampering_with_the_record_is_found(baton: RunningBaton) -> None:
    baton.stop()
    assert baton.command("audit", "verify", "--json").returncode == 0
    with sqlite3.connect(baton.folder / "baton.db") as database:
        database.execute("update audit set actor = 'person:U0NOBODY' where seq = 2")
    found = baton.command("audit", "verify", "--json")
    assert found.returncode == 1
    assert "2" in json.dumps(json.loads(found.stdout))


def switch_to(page: Page, person: str) -> None:
    page.locator("#mebtn").click()
    page.locator(f'[data-person="{person}"]').click()
    expect(page.locator("#mebtn")).to_have_attribute("data-me", person)


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"story-{name}.png"))


def systems(baton: RunningBaton) -> Systems:
    cipher = Cipher(load_or_make_key(baton.folder / "baton.key"))
    return Systems(f"sqlite:///{baton.folder}/baton-systems.db", cipher, SystemClock(), RandomIds())


def call_log(baton: RunningBaton) -> dict[str, int]:
    """What reached the outside, by the systems' own log."""
    found = systems(baton)
    calls = [call.operation for call in found.calls()]
    found.close()
    return {name: calls.count(name) for name in sorted(set(calls))}


def outbox(baton: RunningBaton) -> tuple[object, ...]:
    found = systems(baton)
    mails = tuple(EmbeddedMail(found, from_address="workshop@example.com", company_name="Harbor & Pine").outbox())
    found.close()
    return mails
