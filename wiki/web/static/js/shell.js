// What every page gains from scripts: theme button, menus that close, keys, type-ahead, outline.
import { all, clean, clockText, whenText } from "./drafts.js";
import { suggestInto } from "./suggest.js";

const isTyping = (target) =>
  target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);

function themeButton() {
  const root = document.documentElement;
  for (const button of document.querySelectorAll(".theme-toggle")) {
    button.addEventListener("click", () => {
      const dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try {
        localStorage.setItem("strata-theme", root.dataset.theme);
      } catch {
        // not remembered, but switched
      }
    });
  }
}

function menus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const drawer = document.getElementById("drawer");
    if (drawer) drawer.checked = false;
  });
}

/** Single keys can be switched off, for those whose voice or hands press them by chance. */
function singleKeys() {
  const box = document.getElementById("single-keys");
  try {
    if (box) box.checked = localStorage.getItem("strata-keys") !== "off";
    box?.addEventListener("change", () => localStorage.setItem("strata-keys", box.checked ? "on" : "off"));
  } catch {
    // not remembered
  }
  return () => box?.checked ?? true;
}

function keys() {
  const areOn = singleKeys();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !areOn()) return;
    if (event.key === "/") {
      const box = document.querySelector(".search-box input");
      if (!box) return;
      event.preventDefault();
      if (box.offsetParent) {
        box.focus();
        box.select();
      } else {
        location.assign(box.form.action);
      }
      return;
    }
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  });
}

/** Pages are kept for a while; “3 hours ago” is told anew by whoever reads it. */
function times() {
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const steps = [["day", 86400, 7], ["week", 604800, 4.3], ["month", 2592000, 12]];
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const passed = (Date.now() - Date.parse(time.dateTime)) / 1000;
    if (passed < 45) continue;
    if (passed < 5400) time.textContent = words.format(-Math.max(1, Math.round(passed / 60)), "minute");
    else if (passed < 86400) time.textContent = words.format(-Math.round(passed / 3600), "hour");
    else {
      const step = steps.find(([, unit, most]) => passed / unit < most);
      if (step) time.textContent = words.format(-Math.max(1, Math.round(passed / step[1])), step[0]);
    }
  }
  for (const time of document.querySelectorAll("time[data-clock]")) time.textContent = clockText(Date.parse(time.dateTime));
  for (const time of document.querySelectorAll("time[data-when]")) time.textContent = whenText(Date.parse(time.dateTime));
}

function typeAhead() {
  const box = document.querySelector(".search-box input");
  const address = document.body.dataset.suggest;
  if (!box || !address) return;
  suggestInto(box, {
    address,
    host: box.closest(".search-box"),
    query: () => box.value.trim(),
    choose: (item) => location.assign(item.url),
  });
}

function markOutline() {
  const links = [...document.querySelectorAll(".outline a[href^='#']")];
  const targets = links
    .map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))))
    .filter(Boolean);
  if (!targets.length) return;
  const mark = () => {
    const above = targets.filter((target) => target.getBoundingClientRect().top < 120);
    const current = above.at(-1) ?? targets[0];
    for (const link of links) {
      const isCurrent = decodeURIComponent(link.hash.slice(1)) === current.id;
      if (isCurrent) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    },
    { passive: true },
  );
  mark();
}

/** Tell other tabs who is signed in; send what they, or earlier pages, could not. */
function drafts() {
  const { account, formToken } = document.body.dataset;
  try {
    if (localStorage.getItem("strata-account") !== account) localStorage.setItem("strata-account", account);
  } catch {
    // nothing is kept here then
  }
  const except = document.querySelector("[data-draft-key]")?.dataset.draftKey;
  if (!account || !all(account).length) return;
  import("./draft-sending.js").then(async ({ sendStray }) => {
    if (!(await sendStray(account, formToken, except))) return;
    document.body.dataset.draftsSent = ""; // for scripts that come later than this
    dispatchEvent(new Event("strata-drafts-sent"));
  });
}

/** Somebody signed in in another tab: the forms of this one, and what is typed in them, are good again. */
function renewForms() {
  addEventListener("storage", async (event) => {
    const fields = document.querySelectorAll("[name=csrf_token]");
    if (event.key !== "strata-account" || !event.newValue || !fields.length) return;
    const { freshToken } = await import("./draft-sending.js");
    const token = await freshToken(document.body.dataset.formToken);
    if (token) for (const field of fields) field.value = token;
  });
}

function discarding() {
  for (const form of document.querySelectorAll("[data-discard]")) {
    form.addEventListener("submit", (event) => {
      if (!confirm("Discard this draft? It cannot be brought back.")) event.preventDefault();
    });
  }
}

function draftCount() {
  const link = document.querySelector("[data-drafts-count]");
  link?.closest("details").addEventListener("toggle", async (event) => {
    if (!event.target.open) return;
    try {
      const response = await fetch(link.dataset.draftsCount, { headers: { Accept: "application/json" } });
      const { count } = await response.json();
      const chip = link.querySelector(".count");
      chip.textContent = count;
      chip.hidden = !count;
    } catch {
      // the link alone does, too
    }
  });
}

clean();
drafts();
renewForms();
discarding();
draftCount();
themeButton();
menus();
keys();
typeAhead();
times();
markOutline();
