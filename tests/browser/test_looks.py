"""The eyes of these tests are open: a page with known faults is found faulty, and the watch sees what it should."""

from __future__ import annotations

from tests.browser.chromium import Chromium, Watch
from tests.browser.looks import axe_finds, cut_off, too_small_or_too_close

FAULTY = """
<!doctype html><html lang="id"><title>x</title><main><h1>Loket</h1>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<p style="color:#bbb;background:#fff">Tulisan yang pucat</p>
<p style="width:60px;overflow:hidden;white-space:nowrap">Tulisan yang terlalu panjang</p>
<button style="height:40px">Satu</button><button style="height:90px">Dua</button></main>
"""


def test_faults_are_found(chromium: Chromium) -> None:
    page = chromium.number(0).new_page()
    page.set_content(FAULTY)
    found = " ".join(axe_finds(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert "Tulisan yang terlalu panjang" in " ".join(cut_off(page))
    touch = " ".join(too_small_or_too_close(page))
    assert "only 40.0 px high" in touch
    assert "px apart" in touch
    page.close()


def test_the_watch_sees(chromium: Chromium) -> None:
    context = chromium.number(0).new_context()
    watch = Watch(context, "page", "http://127.0.0.1:1")
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=FAULTY, content_type="text/html"))
    page.goto("http://127.0.0.1:1/")
    page.evaluate("console.error('ada yang salah')")
    page.evaluate("setTimeout(() => { throw new Error('tidak tertangkap') })")
    page.evaluate("fetch('http://example.test/lain').catch(() => 0)")
    page.wait_for_timeout(200)
    seen = "\n".join(watch.complaints)
    assert "ada yang salah" in seen
    assert "tidak tertangkap" in seen
    assert "asked another origin: http://example.test/lain" in seen
    context.close()
