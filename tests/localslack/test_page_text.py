"""What the page makes of text: Slack's markup, markdown, rich text, moments. Drawn in a real browser, with no workspace state."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.localslack.browser import NEEDED, chromium
from tests.localslack.looking import looking
from tests.localslack.support import running

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

DRAW = """async ([path, name, given]) => {
  const module = await import(path), host = document.createElement('div');
  host.append(...[module[name](given)].flat(Infinity));
  for (const node of host.querySelectorAll('*')) {
    const names = [...node.attributes].map(one => one.name);
    for (const name of names) if (!['href', 'start', 'style'].includes(name)) node.removeAttribute(name);
  }
  return host.innerHTML;
}"""
MRKDWN = [
    ("*bold* 2*3*4 * a * snake_case_name", "<strong>bold</strong> 2*3*4 * a * snake_case_name"),
    ("_slanted ~struck~_", "<em>slanted <s>struck</s></em>"),
    ("`*as it is*` *`code` in bold*", "<code>*as it is*</code> <strong><code>code</code> in bold</strong>"),
    ("&gt; one\n> two\nafter", "<blockquote>one<br>two</blockquote>after"),
    ("&gt;&gt;&gt;all\n\nof it", "<blockquote>all<br><br>of it</blockquote>"),
    ("```\nif a &lt; b:\n> c```\nafter", "<pre>if a &lt; b:\n&gt; c</pre>after"),
    ("<https://a.example.com|A &amp; B>", '<a href="https://a.example.com">A &amp; B</a>'),
    ("at https://a.example.com/x?y=1.", 'at <a href="https://a.example.com/x?y=1">https://a.example.com/x?y=1</a>.'),
    ("<javascript:alert(1)|press> <b>no</b>", '<span>press</span> &lt;b&gt;no&lt;/b&gt;'),
    ("<@U0THEO> <#C0SUPPORT> <!subteam^S0SUPPORT> <!here> <!odd|label>",
     "<span>@Theo Okafor</span> <span>#support-desk</span> <span>@support</span> <span>@here</span> label"),
    (":+1::skin-tone-3: :no_such_thing: 10:30:00", "<span>👍🏼</span> :no_such_thing: 10:30:00"),
]  # fmt: skip
MARKDOWN = [
    ("# One\n## Two ##\ntext", "<h3>One</h3><h4>Two</h4><p>text</p>"),
    ("**b** *i* ***both*** __b__ _i_ ~~s~~ snake_case",
     "<p><strong>b</strong> <em>i</em> <strong><em>both</em></strong> <strong>b</strong> <em>i</em> <s>s</s> snake_case</p>"),
    ("`**raw**` \\*not\\*", "<p><code>**raw**</code> *not*</p>"),
    ("[x](https://a.example.com/(1)) ![alt](https://a.example.com/p.png) [no](javascript:alert(1))",
     '<p><a href="https://a.example.com/(1)">x</a> <a href="https://a.example.com/p.png">alt</a> <span>no</span></p>'),
    ("- a\n  - b\n    1. c\n- d",
     "<ul><li><p>a</p><ul><li><p>b</p><ol><li><p>c</p></li></ol></li></ul></li><li><p>d</p></li></ul>"),
    ("3. c\n4. d\n\nend", '<ol start="3"><li><p>c</p></li><li><p>d</p></li></ol><p>end</p>'),
    ("- [x] done\n- [ ] open",
     "<ul><li><span></span><div><p>done</p></div></li><li><span></span><div><p>open</p></div></li></ul>"),
    ("> a\n> - b\n\nc", "<blockquote><p>a</p><ul><li><p>b</p></li></ul></blockquote><p>c</p>"),
    ("```py\na < b\n\n# no\n```\n---\nend", "<pre>a &lt; b\n\n# no</pre><hr><p>end</p>"),
    ("~~~\nnever closed", "<pre>never closed</pre>"),
    ("| a | b |\n|:-:|--:|\n| 1 \\| 2 | **3** |",
     '<div><table><thead><tr><th style="text-align: center;">a</th><th style="text-align: right;">b</th></tr></thead><tbody>'
     '<tr><td style="text-align: center;">1 | 2</td>'
     '<td style="text-align: right;"><strong>3</strong></td></tr></tbody></table></div>'),
    ("<img src=x onerror=alert(1)> <@U0THEO>", "<p>&lt;img src=x onerror=alert(1)&gt; <span>@Theo Okafor</span></p>"),
]  # fmt: skip


def _text(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _list(style: str, indent: int, *names: str, **more: Any) -> dict[str, Any]:
    items = [{"type": "rich_text_section", "elements": [_text(name)]} for name in names]
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": items, **more}


RICH = [
    ([_list("bullet", 0, "a"), _list("bullet", 1, "b"), _list("ordered", 0, "c", offset=4)],
     '<ul style="list-style-type: disc;"><li>a<ul style="list-style-type: circle;"><li>b</li></ul></li></ul>'
     '<ol start="5" style="list-style-type: decimal;"><li>c</li></ol>'),
    ([_list("ordered", 2, "deep")], '<ol style="list-style-type: lower-roman; margin-left: 48px;"><li>deep</li></ol>'),
    ([{"type": "rich_text_section", "elements": [
        _text("x", bold=True, code=True), {"type": "emoji", "name": "wave", "skin_tone": 6}, {"type": "emoji", "name": "own_one"},
        {"type": "color", "value": "#12aB34"}, {"type": "color", "value": "red;x:y"}, {"type": "broadcast", "range": "channel"},
        {"type": "user", "user_id": "U0THEO", "style": {"strike": True}}, {"type": "never_seen", "text": "odd"}]}],
     "<p><strong><code>x</code></strong><span>👋🏿</span>:own_one:"
     '<span><i style="background: rgb(18, 171, 52);"></i>#12aB34</span>'
     "<span>red;x:y</span><span>@channel</span><s><span>@Theo Okafor</span></s>odd</p>"),
]  # fmt: skip
MOMENTS = [
    ("2026-11-24T14:06", "America/New_York", 1795547160),
    ("2026-11-01T00:30", "America/New_York", 1793507400),  # the night on which clocks go back
    ("2026-03-08T03:30", "America/New_York", 1772955000),  # and the one on which they go forward
    ("2026-07-01T09:00", "Asia/Kolkata", 1782876600),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Any]:
    async with running() as local, chromium() as browser, looking(browser, local) as opened:
        yield opened


async def test_text_is_drawn_as_slack_draws_it_and_never_as_markup_of_the_page(page: Any) -> None:
    wrong = []
    for module, name, cases in (
        ("/page/mrkdwn.js", "mrkdwn", MRKDWN),
        ("/page/markdown.js", "markdown", MARKDOWN),
        ("/page/rich.js", "richBlock", [({"elements": parts}, html) for parts, html in RICH]),
    ):
        for given, expected in cases:
            found = await page.evaluate(DRAW, [module, name, given])
            if found != expected:
                wrong.append((given, expected, found))
    assert wrong == []


async def test_endless_marks_are_drawn_as_what_they_are(page: Any) -> None:
    endless = ["x" + mark * 2_400 for mark in ("*****", "<", "**a ", "[", "`", "_a*b~", "|")]
    script = """async texts => {
      const [{ markdown }, { mrkdwn }] = [await import('/page/markdown.js'), await import('/page/mrkdwn.js')];
      const host = document.createElement('div');
      const words = nodes => { host.replaceChildren(...nodes.flat(Infinity)); return host.textContent; };
      return texts.map(text => [words(mrkdwn(text)), words(markdown(text))].map(shown => shown.length));
    }"""
    for given, (marked, markdown) in zip(endless, await page.evaluate(script, endless), strict=True):
        assert 0 < marked <= len(given)
        assert 0 < markdown <= len(given)
    nested = await page.evaluate(script, ["> " * 4_000 + "x", "- " * 4_000 + "x"])
    assert all(shown for pair in nested for shown in pair)


async def test_a_moment_is_one_in_the_persons_own_zone_also_when_clocks_change(page: Any) -> None:
    for wall, zone, seconds in MOMENTS:
        script = "async ([wall, zone]) => (await import('/page/times.js')).moment(wall, zone)"
        assert (wall, await page.evaluate(script, [wall, zone])) == (wall, seconds)
        back = "async ([seconds, zone]) => (await import('/page/times.js')).wall(seconds, zone)"
        assert await page.evaluate(back, [seconds, zone]) == wall
