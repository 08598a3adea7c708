"""What CommonMark's reference parser renders so, we render so: for what people ordinarily write."""

from __future__ import annotations

import re

import commonmark
import pytest

from wiki.text.render import render

SNIPPETS = [
    "A paragraph.", "Two\nlines.", "Two\n\nparagraphs.", "Hard  \nbreak.", "Hard\\\nbreak.",
    "*em* **strong**", "_em_ __strong__", "snake_case_word and 2*3*4", "a*b*c",
    "`code`", "`` a ` b ``", "`<b>`", "a `b` c `d`", "\\*not em\\*", "\\`not code\\`", "1 < 2 & 3 > 2",
    "&copy; &amp; &#35;", "[a](https://x.org)", '[a](https://x.org "t")', "[a](<https://x.org/a b>)",
    "<https://x.org>", "[a][b]\n\n[b]: https://x.org 't'", "[b]\n\n[b]: https://x.org",
    "[a](https://x.org/a_(b))", "[*em*](https://x.org)", "**[a](https://x.org)**",
    "# H1", "## H2 ##", "### H *em*", "#### H", "##### H", "###### H", "H1\n===", "H2\n---",
    "# a\ntext", "text\n# a\ntext", "two\nlines\n===", "#no heading",
    "- a\n- b", "* a\n* b", "+ a\n+ b", "- a\n\n- b", "- a\n  - b\n  - c\n- d", "- a\n    - b",
    "1. a\n2. b", "1) a\n2) b", "3. a\n4. b", "1. a\n   - b", "1. a\n\n   para\n2. b", "- a\n\n  para\n- b",
    "text\n- a\n- b", "text\n1. a", "text\n2. not a list", "- a\nlazy", "- a\n- b\n\n\n- c",
    "- a\n* b", "- a\n\ntext\n\n- b", "- # heading\n- text", "- > quote", "- ```\n  code\n  ```",
    "- a\n\n  ```\n  code\n  ```\n\n- b", "1. ```\n   x\n   ```\n2. y", "- \n- a", "-\n  a", "- a\n-\n- b",
    "- - a", "10. a\n    b", "- a\n 1. b", "- [a](https://x.org)\n- `b`",
    "> quote", "> a\n> b", "> a\nlazy", "> a\n\n> b", "> # h\n> - a\n> - b", "> > nested", ">no space",
    "> ```\n> code\n> ```", "> a\n- b", "text\n> quote",
    "```\ncode\n```", "~~~\ncode\n~~~", "```\n<b>&\n```", "```\nunclosed", "````\n```\n````",
    "```\n\n\nblank\n```", "  ```\n  indented\n  ```", "text\n```\ncode\n```\ntext",
    "    indented code", "    a\n\n    b", "text\n    no code", "\tcode", "- a\n\n      code in item",
    "---", "***", "___", "- - -", "text\n\n---\n\ntext", "* * *\n- a",
    "a <b>bold</b> c", "<div>\nraw\n</div>", "<div>\n\n*md*\n\n</div>", "<details>\n<summary>s</summary>\n\n- a\n\n</details>",
    "a<br>b", "<b>*em*</b>", "text <!-- comment --> text", "<!-- block\n\ncomment -->\n\ntext",
    "trailing space   ", "a\n\n\n\nb", "*a\nb*", "**a\nb**", "\\# no", "\\- no", "1\\. no",
    "`a\nb`", "*(em)*", "**a**b", "a**b**", "foo_bar_", "*a `b*` c",
    "«*a*»", "中文*字*", "- a\n\n\n  b", "1. a\n1. b\n1. c", "0. a", "a\\b", "a\\\\b", "\"quotes\" 'too'",
]  # fmt: skip


def normal(html: str) -> str:
    """HTML without what does not matter: our anchors, classes, wrappers, white space, entities."""
    html = re.sub(r'<a class="headerlink".*?</a>', "", html)
    html = re.sub(r' (?:rel|id|class)="[^"]*"', "", html)
    html = re.sub(r"<div><pre>", "<pre>", html).replace("</pre></div>", "</pre>")
    html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    html = html.replace(" />", ">").replace("&quot;", '"').replace("\n</code>", "</code>")
    html = re.sub(
        r"\s*(</?(?:p|ul|ol|li|blockquote|h\d|hr|div|pre|details|summary|br)\b[^>]*>)\s*",
        r"\1",
        html,
    )
    return re.sub(r"[ \n]+", " ", html).strip()


@pytest.mark.parametrize("source", SNIPPETS)
def test_ordinary_markdown_renders_as_commonmark(source: str) -> None:
    expected = commonmark.commonmark(source)
    assert normal(render(source, "a.md").html) == normal(expected)
