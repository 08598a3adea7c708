"""What a page looks like."""

from __future__ import annotations

import json
import sys

import pytest

from wiki.text.frontmatter import FrontMatter
from wiki.text.headings import Heading
from wiki.text.links import Link
from wiki.text.render import Rendered, clean_text, render, render_source
from wiki.text.titles import name_title


def html(source: str) -> str:
    return render(source, "folder/my-page.md").html


def test_a_page_is_more_than_its_html() -> None:
    page = render("---\ntags: [a]\nowner: Ana\n---\n# My *title*\n\n## Part\n\n[x](y.md)\n", "p.md")
    assert page.title == "My title"
    assert page.titled
    assert page.toc == (Heading(1, "My title", "my-title"), Heading(2, "Part", "part"))
    assert page.links == (Link("relative", "y.md"),)
    assert page.meta == FrontMatter(tags=("a",), owner="Ana")
    assert "owner" not in page.html


def test_a_rendered_page_survives_a_cache() -> None:
    page = render("---\ntitle: T\ntags: [a]\nx: y\n---\n# A\n[[b|c]] $x$", "p.md")
    assert Rendered.from_json(json.loads(json.dumps(page.as_json()))) == page
    with pytest.raises((KeyError, TypeError)):
        Rendered.from_json({"html": "x"})


@pytest.mark.parametrize(
    ("path", "source", "title"),
    [
        ("a/how-we_work.md", "text", "How we work"),
        ("a/README.md", "text", "A"),
        ("README.md", "text", "Home"),
        ("a.md", "## Second level\n", "A"),
        ("a.md", "---\ntitle: Own\n---\n# Other\n", "Own"),
        ("a.md", "---\ntitle: Introducci&oacute;n &#233; Q&A\n---\n", "Introducción é Q&A"),
        ("a.md", "# Introducci&oacute;n\n", "Introducción"),
        ("iOS setup.md", "", "IOS setup"),
        ("caf\udce9.md", "", "Caf\ufffd"),
    ],
)
def test_titles(path: str, source: str, title: str) -> None:
    assert render(source, path).title == title


def test_a_name_of_nothing_but_marks_stays_a_name() -> None:
    assert name_title("---") == "---"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("~~gone~~", "<del>gone</del>"),
        ("https://x.org/a_b?c=d&e=f.", '<a href="https://x.org/a_b?c=d&amp;e=f" rel="noopener noreferrer nofollow">https://x.org/a_b?c=d&amp;e=f</a>.'),
        ("(see www.x.org/a_(b))", '<a href="https://www.x.org/a_(b)" rel="noopener noreferrer nofollow">www.x.org/a_(b)</a>)'),
        ("- [ ] a\n- [x] b", '<li class="task"><input checked="" disabled="" type="checkbox"> b</li>'),
        ("Term\n: Meaning\n: Other", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n<dd>Other</dd>\n</dl>"),
        ("A\n: x\n\nB\n: y", "<dd>x</dd>\n</dl>\n<dl>\n<dt>B</dt>"),
        ("a[^n].\n\n[^n]: Note *x*", '<li id="user-content-fn:n">\n<p>Note <em>x</em>'),
        ("a[^n].\n\n[^n]: Note", '<a class="footnote-ref" href="#user-content-fn:n">1</a>'),
        ('!!! warning "Mind"\n    *x*', '<div class="admonition warning"><p class="admonition-title">Mind</p>\n<p><em>x</em></p>\n</div>'),
        ("!!! danger\n    x", '<div class="admonition caution"><p class="admonition-title">Danger</p>'),
        ("> [!TIP]\n> x", '<div class="admonition tip"><p class="admonition-title">Tip</p>\n<p>x</p>\n</div>'),
        ('??? note "More"\n    x', '<details class="admonition note"><summary>More</summary>\n<p>x</p>\n</details>'),
        ("a|b\n-|-:\n1|`x|y`", '<td align="right"><code>x|y</code></td>'),
        ("| a |\n|---|\n| b |", '<div class="table-scroll">\n<table>'),
        ("| a |\n|---|\n| [[P|t]] |", '<td><a href="strata-link:0">t</a></td>'),
        ("```python\nx = 1\n```", '<div class="highlight"><pre><code><span class="hl-n">x</span> <span class="hl-o">=</span> <span class="hl-mi">1</span>\n</code></pre></div>'),
        ("```nolang\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("# A `b`", '<h1 id="user-content-a-b">A <code>b</code><a class="headerlink" href="#user-content-a-b" title="Link to this section"></a></h1>'),
        ("# Own {#mine}\n[x](#mine)", '<a href="#user-content-mine">x</a>'),
        ("[[#Own part]]", '<a href="#user-content-own-part">#Own part</a>'),
        ("- # in a list", "<h1>in a list</h1>"),
        ("<kbd>Ctrl</kbd> H<sub>2</sub>O <mark>m</mark>", "<p><kbd>Ctrl</kbd> H<sub>2</sub>O <mark>m</mark></p>"),
        ('<p align="center"><img src="a.png" width="50%"></p>', '<p align="center"><img src="strata-link:0" width="50%"></p>'),
        ("{{7*7}} ${x} %s {0.x}", "<p>{{7*7}} ${x} %s {0.x}</p>"),
        ("[[!inline pages]]", "<p>[[!inline pages]]</p>"),
        (r"\$5 and $6", "<p>$5 and $6</p>"),
        ("costs $5 and $6 more", "<p>costs $5 and $6 more</p>"),
    ],
)  # fmt: skip
def test_what_people_write(source: str, expected: str) -> None:
    assert expected in html(source)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (r"`<host\|container>`", "<code>&lt;host|container&gt;</code>"),
        (r"`a\|b` \| ``c\|` ``", "<code>a|b</code> | <code>c|`</code>"),
        (r"\`a\|b\`", "`a|b`"),
        ("`[[a|b]]`", "<code>[[a|b]]</code>"),
        (r"<host\|container>", "&lt;host|container&gt;"),
    ],
)
def test_an_escaped_bar_in_a_cell_is_a_bar(cell: str, expected: str) -> None:
    shown = html(f"a | b\n---|---\n{cell} | x\n")
    assert f">{expected}</td>" in shown
    assert ">x</td>" in shown


def test_only_what_can_be_a_tag_is_one() -> None:
    assert html("use <path/to/file> or <b>x</b><br/>y") == (
        "<p>use &lt;path/to/file&gt; or <b>x</b><br>y</p>"
    )


def test_a_backslash_in_code_outside_tables_stays() -> None:
    assert html(r"`a\|b`") == r"<p><code>a\|b</code></p>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "Start with `$` and a space. Eg: `$ wp db create`",
            "<p>Start with <code>$</code> and a space. Eg: <code>$ wp db create</code></p>",
        ),
        ("`$`a`$`", "<p><code>$</code>a<code>$</code></p>"),
        ("$a `$ b` c$", "<p>$a <code>$ b</code> c$</p>"),
        ("$5 ``a` $`` $", "<p>$5 <code>a` $</code> $</p>"),
    ],
)
def test_no_formula_reaches_into_code(source: str, expected: str) -> None:
    assert html(source) == expected


def test_a_formula_in_backticks_between_dollars_is_one() -> None:
    assert html("so $`x`$ is") == html("so $x$ is")


def test_formulas_become_mathml() -> None:
    inline = html("so $x^2$ is")
    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in inline
    for source in ("$$\n\\frac{a}{b}\n$$", "```math\n\\frac{a}{b}\n```"):
        assert '<div class="formula"><math display="block"><mrow><mfrac>' in html(source)


@pytest.mark.parametrize("latex", [r"\frac{a", "{" * 300, "\\left(" * 50, "x" * 5000])
def test_a_formula_that_cannot_be_read_is_shown_as_written(latex: str) -> None:
    shown = html(f"```math\n{latex}\n```")
    assert "<math" in shown or "formula-error" in shown


def test_text_around_details_is_markdown() -> None:
    page = render(
        "<details>\n<summary>More</summary>\n\n## Part\n\n- a\n\n</details>\n\nafter", "a.md"
    )
    assert page.html.index("<details>") < page.html.index("<h2") < page.html.index("</details>")
    assert "<li>a</li>" in page.html
    assert [heading.anchor for heading in page.toc] == ["part"]


def test_d010_a_yaml_bomb_leaves_the_page_readable() -> None:
    bomb = "---\na: &a [x]\nb: [*a, *a]\ntitle: !!python/name:os.system\n---\n# Readable\n"
    assert render(bomb, "a.md").title == "Readable"


def test_d001_text_too_deep_is_shown_as_source() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        page = render("> " * 20 + "*a **b " * 200, "deep.md")
    finally:
        sys.setrecursionlimit(limit)
    assert page.title == "Deep"
    assert page.html


def test_w024_source_is_escaped() -> None:
    page = render_source("<script>x</script> & <b>", "a.md")
    assert "&lt;script&gt;x&lt;/script&gt; &amp; &lt;b&gt;" in page.html
    assert page.as_source


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\0b", "a\ufffdb"),
        ("a\x02\x10b", "ab"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeffa", "a"),
        ("a\udce9", "a?"),
    ],
)
def test_control_characters_never_reach_the_renderer(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_a_tag_that_nothing_closes_does_not_take_the_page_with_it() -> None:
    shown = html("Use the <script> element.\n\n- and <title>\n\nAfter [x](y.md).")
    assert "Use the &lt;script&gt; element." in shown
    assert "After" in shown
    assert "gone" not in html("a <script>gone</script> b")


def test_the_same_text_renders_the_same_again() -> None:
    source = "# A\n\n[^1] [r]\n\n[^1]: x\n\n[r]: y.md\n\n[[W]] $x$"
    first = render(source, "a.md")
    assert render("[^1] [r] [[V]]", "b.md").links == (Link("wiki", "V"),)
    assert render(source, "a.md") == first
