// What every page gains from scripts: theme button, menus that close, keys, type-ahead, outline.
import { clean } from "./drafts.js";
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

function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
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

clean();
themeButton();
menus();
keys();
typeAhead();
markOutline();
