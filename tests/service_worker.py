"""What a browser's service worker has kept."""

from __future__ import annotations

from playwright.sync_api import Page


def open_(page: Page, address: str) -> None:
    """Goes there, and waits until the worker has taken note of it."""
    page.goto(address)
    await_worker(page)
    expect_kept(page, address)


def await_worker(page: Page) -> None:
    page.evaluate(
        """async () => {
            const { active } = await navigator.serviceWorker.ready;
            while (active.state !== "activated") await new Promise((done) => setTimeout(done, 20));
        }"""
    )


def expect_kept(page: Page, address: str, *, is_kept: bool = True) -> None:
    page.evaluate(
        """async ([address, isKept]) => {
            for (let n = 0; n < 3000; n++) {
                if (!(await caches.match(address)) !== isKept) return;
                await new Promise((done) => setTimeout(done, 20));
            }
            throw new Error(`${address} is ${isKept ? "not " : "still "}kept`);
        }""",
        [address, is_kept],
    )


def kept(page: Page) -> list[str]:
    addresses: list[str] = page.evaluate(
        """async () => {
            const keys = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
            return keys.flat().map(({ url }) => url);
        }"""
    )
    return addresses
