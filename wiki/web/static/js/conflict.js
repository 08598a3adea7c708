// The conflict page with scripts: says how many places are left, and shows the page that will come of it.
import "./settling.js";

const form = document.querySelector("form.conflict");
const places = [...form.querySelectorAll(".collision")];
const left = form.querySelector("[data-left]");
const result = form.querySelector("[data-result]");
const state = form.querySelector("[data-result-state]");
const panel = form.querySelector(".result");
let asked = 0;
let shown = null;
let timer = 0;

function count() {
  const open = places.filter((place) => !place.querySelector("input[type=radio]:checked"));
  left.textContent = open.length
    ? `${open.length} ${open.length === 1 ? "place" : "places"} left to choose`
    : "All places are settled";
}

// The text that the choices make, put together as the server does; null while a choice is missing.
function text() {
  const parts = [];
  for (let number = 0; number < Number(form.elements.stretches.value); number++) {
    const choice = form.querySelector(`[name=choice-${number}]:checked`);
    const field = (name) => form.elements[`${name}-${number}`]?.value;
    const part = field("same") ?? (choice?.value === "both" ? both(field("theirs"), field("mine")) : field(choice?.value));
    if (part === undefined) return null;
    if (parts.length && parts.at(-1) && !parts.at(-1).endsWith("\n")) parts.push("\n");
    parts.push(part);
  }
  return parts.join("");
}

function both(theirs, mine) {
  return theirs + (theirs && mine && !theirs.endsWith("\n") ? "\n" : "") + mine;
}

async function show() {
  const now = text();
  if (!panel.open || (now === shown && now !== null)) return;
  const number = ++asked;
  if (now === null) {
    shown = null;
    result.replaceChildren();
    state.textContent = "Choose at every place to see the page.";
    return;
  }
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token.value);
  body.append("text", now);
  body.append("base", form.elements.base.value);
  body.append("name", form.dataset.page);
  try {
    const response = await fetch(form.dataset.preview, { method: "POST", body });
    const html = await response.text();
    if (number !== asked) return;
    if (!response.ok) throw new Error(String(response.status));
    result.innerHTML = html; // sanitised by the server; the policy lets no script run
    shown = now;
    state.textContent = "";
  } catch {
    if (number === asked) state.textContent = "The preview is not available right now.";
  }
}

function changed() {
  count();
  clearTimeout(timer);
  timer = setTimeout(show, 200);
}

// Whoever goes through the choices with the keyboard stays among them.
let pointed = false;
addEventListener("pointerdown", () => (pointed = true), true);
addEventListener("keydown", () => (pointed = false), true);

for (const place of places) {
  place.addEventListener("input", changed);
  place.addEventListener("change", (event) => {
    if (pointed && event.target.value === "edit") place.querySelector("textarea").focus();
    changed();
  });
}
panel.addEventListener("toggle", changed);
count();
show();
