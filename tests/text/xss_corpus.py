"""Payloads that try to run a script or to look like the application; every one calls ``BEACON``.

``BEACON`` stands for JavaScript that reports to the test; a sink is safe if none of them reports.
"""

from __future__ import annotations

_RAW = """
<script>BEACON</script>
<ScRiPt>BEACON</sCrIpT>
<script src="data:text/javascript,BEACON"></script>
<script/x>BEACON</script>
<<script>BEACON//<</script>
<img src=x onerror=BEACON>
<img src=x onerror="BEACON">
<img/src=x/onerror=BEACON>
<img src=x:x onerror
=BEACON>
<IMG SRC="javascript:BEACON">
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='BEACON'/>">
<img srcset="x" onerror=BEACON>
<image src=x onerror=BEACON>
<svg onload=BEACON>
<svg/onload=BEACON>
<svg><script>BEACON</script></svg>
<svg><animate onbegin=BEACON attributeName=x dur=1s>
<svg><set onbegin=BEACON attributeName=x to=1>
<svg><a xlink:href="javascript:BEACON"><text x=20 y=20>x</text></a></svg>
<svg><foreignObject><img src=x onerror=BEACON></foreignObject></svg>
<svg><style><img src=x onerror=BEACON></style></svg>
<svg><title><img src=x onerror=BEACON></title></svg>
<svg><desc><img src=x onerror=BEACON></desc></svg>
<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='BEACON' /></svg>#x" /></svg>
<math><mtext><table><mglyph><style><img src=x onerror=BEACON></style></mglyph></table></mtext></math>
<math><mtext><img src=x onerror=BEACON></mtext></math>
<math><annotation-xml encoding="text/html"><img src=x onerror=BEACON></annotation-xml></math>
<math href="javascript:BEACON">CLICK</math>
<math><mi xlink:href="javascript:BEACON">x</mi></math>
<math><maction actiontype="statusline#" xlink:href="javascript:BEACON">x</maction></math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=BEACON>
<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title="</style><img src onerror='BEACON'>"></style></h1>
<body onload=BEACON>
<body onpageshow=BEACON>
<html onclick=BEACON>
<iframe src="javascript:BEACON"></iframe>
<iframe srcdoc="<script>parent.BEACON</script>"></iframe>
<iframe onload=BEACON></iframe>
<object data="javascript:BEACON"></object>
<object data="data:text/html,<script>BEACON</script>"></object>
<embed src="javascript:BEACON">
<embed src="data:text/html,<script>BEACON</script>">
<video onerror=BEACON><source></video>
<video src=x onerror=BEACON></video>
<audio src=x onerror=BEACON></audio>
<video poster=x onloadstart=BEACON src=x>
<input onfocus=BEACON autofocus>
<input type=image src=x onerror=BEACON>
<input type=checkbox onfocus=BEACON autofocus>
<select onfocus=BEACON autofocus></select>
<textarea onfocus=BEACON autofocus></textarea>
<textarea><img src=x onerror=BEACON></textarea>
<button onfocus=BEACON autofocus>x</button>
<keygen onfocus=BEACON autofocus>
<details open ontoggle=BEACON>x</details>
<marquee onstart=BEACON>x</marquee>
<a href="javascript:BEACON">CLICK</a>
<a href="JaVaScRiPt:BEACON">CLICK</a>
<a href=" javascript:BEACON">CLICK</a>
<a href="java&#10;script:BEACON">CLICK</a>
<a href="java&Tab;script:BEACON">CLICK</a>
<a href="&#1;javascript:BEACON">CLICK</a>
<a href="&#x6A;avascript:BEACON">CLICK</a>
<a href="javascript&colon;BEACON">CLICK</a>
<a href="vbscript:BEACON">CLICK</a>
<a href="data:text/html,<script>BEACON</script>">CLICK</a>
<a href="blob:BEACON">CLICK</a>
<a href="view-source:javascript:BEACON">CLICK</a>
<a href="#" onclick="BEACON">CLICK</a>
<a href=x onmouseover=BEACON style="position:fixed;inset:0">CLICK</a>
<div onwheel=BEACON onpointerenter=BEACON>x</div>
<p onanimationstart=BEACON class=x>x</p>
<style>@import 'javascript:BEACON';</style>
<style><img src="</style><img src=x onerror=BEACON//"></style>
<div style="background:url(javascript:BEACON)">x</div>
<div style="width:expression(BEACON)">x</div>
<link rel=stylesheet href="javascript:BEACON">
<link rel=import href="data:text/html,<script>BEACON</script>">
<meta http-equiv=refresh content="0;url=javascript:BEACON">
<meta http-equiv=refresh content="0;url=data:text/html,<script>BEACON</script>">
<base href="javascript:BEACON//">
<form action="javascript:BEACON"><input type=submit value=CLICK></form>
<form><button formaction="javascript:BEACON">CLICK</button></form>
<isindex action="javascript:BEACON" type=image>
<noscript><p title="</noscript><img src=x onerror=BEACON>"></noscript>
<noembed><img title="</noembed><img src=x onerror=BEACON>"></noembed>
<xmp><p title="</xmp><img src=x onerror=BEACON>"></xmp>
<title><img src=x onerror=BEACON></title>
<template><script>BEACON</script></template>
<plaintext><img src=x onerror=BEACON>
<!--><img src=x onerror=BEACON>-->
<!-- --!><img src=x onerror=BEACON>
<!--<img src="--><img src=x onerror=BEACON//">
<![CDATA[><img src=x onerror=BEACON>]]>
<?xml version="1.0"?><img src=x onerror=BEACON>
<!DOCTYPE html [<!ENTITY x "<img src=x onerror=BEACON>">]>&x;
<x/onclick=BEACON>CLICK</x>
<custom-tag onfocus=BEACON tabindex=1 autofocus>x</custom-tag>
<table background="javascript:BEACON"><tr><td>x</table>
<q cite="javascript:BEACON">x</q>
<del cite="javascript:BEACON">x</del>
<area shape=rect coords="0,0,999,999" href="javascript:BEACON">
<map name=m><area href="javascript:BEACON" coords="0,0,9,9"></map>
<dialog open onclose=BEACON><form method=dialog><button>CLICK</button></form></dialog>
<p popover ontoggle=BEACON id=p>x</p><button popovertarget=p>CLICK</button>
<img src=x alt="`><script>BEACON</script>`">
"""

_MARKDOWN = [
    "[CLICK](javascript:BEACON)",
    "[CLICK](<javascript:BEACON>)",
    "[CLICK](java\tscript:BEACON)",
    "[CLICK](JAVASCRIPT:BEACON)",
    "[CLICK]( javascript:BEACON)",
    "[CLICK](&#106;avascript:BEACON)",
    "[CLICK](javascript&colon;BEACON)",
    "[CLICK](data:text/html,<script>BEACON</script>)",
    "[CLICK](vbscript:BEACON)",
    "[CLICK](file:///etc/passwd)",
    "[CLICK][x]\n\n[x]: javascript:BEACON",
    '[CLICK](x "\' onclick=BEACON")',
    "[CLICK](x' onclick='BEACON)",
    '[CLICK](x" onclick="BEACON)',
    '![x](x" onerror="BEACON)',
    "![x](javascript:BEACON)",
    '![x" onerror="BEACON](x)',
    '![x](x "t\\" onerror=BEACON")',
    '![x](https://e.org/x.png"onerror=BEACON)',
    '![a"><script>BEACON</script>](https://e.org/x.png)',
    "<javascript:BEACON>",
    '<https://e.org/"onmouseover=BEACON>',
    "[[javascript:BEACON]]",
    '[[x" onclick="BEACON]]',
    "[[x|<img src=x onerror=BEACON>]]",
    "[[<img src=x onerror=BEACON>]]",
    "# <img src=x onerror=BEACON>",
    '# x {#"><script>BEACON</script>}',
    "x[^1]\n\n[^1]: <img src=x onerror=BEACON>",
    'x[^"><script>BEACON</script>]\n\n[^"><script>BEACON</script>]: y',
    '```"><script>BEACON</script>\ncode\n```',
    "```html\n<script>BEACON</script>\n```",
    '~~~ x" onclick=BEACON\ncode\n~~~',
    "    <script>BEACON</script>",
    "`<script>BEACON</script>`",
    "| <img src=x onerror=BEACON> |\n|---|\n| <script>BEACON</script> |",
    '| a |\n|:-:" onclick=BEACON|\n| b |',
    '!!! note "<img src=x onerror=BEACON>"\n    x',
    '!!! "><script>BEACON</script>\n    x',
    "> [!NOTE]<img src=x onerror=BEACON>\n> x",
    "Term <img src=x onerror=BEACON>\n: Def <svg onload=BEACON>",
    "$\\text{<img src=x onerror=BEACON>}$",
    "$$\\href{javascript:BEACON}{CLICK}$$",
    "$x^{<script>BEACON</script>}$",
    "```math\n\\text{</math><img src=x onerror=BEACON>}\n```",
    "https://e.org/<img/src=x/onerror=BEACON>",
    'https://e.org/"onmouseover="BEACON',
    "www.e.org'onclick='BEACON",
    "- [ ] <img src=x onerror=BEACON>",
    "<div markdown=1 onclick=BEACON>\n\n[CLICK](javascript:BEACON)\n\n</div>",
    '<a href="x\n\n" onclick=BEACON>CLICK</a>',
    "\x10" + "0\x11<img src=x onerror=BEACON>",
    "\x02wzxhzdk:0\x03<img src=x onerror=BEACON>",
    "\x13<img src=x onerror=BEACON>",
    "---\ntitle: <img src=x onerror=BEACON>\n---\n\ntext",
    '<a href="strata-link:0" onclick=BEACON>CLICK</a>',
    "*a<img src=x onerror=BEACON>*{: onclick=BEACON }",
    "[a](x){: onclick=BEACON }",
    '<span class="highlight"><img src=x onerror=BEACON></span>',
]

PAYLOADS: list[str] = [
    *(
        line.replace("\r", "\n")
        for line in _RAW.strip().replace("onerror\n=", "onerror\r=").split("\n")
    ),
    *_MARKDOWN,
]
