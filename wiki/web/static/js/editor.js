// The editor with scripts: toolbar, keys, page links, live preview, drafts, files.
import { actions, continueList, insert, insertBlock } from "./marks.js";
import { sendInOrder } from "./draft-keeping.js";
import { keepDrafts } from "./editor-drafts.js";
import { suggestInto } from "./suggest.js";
import { filesOf, upload } from "./uploads.js";

const form = document.getElementById("editor");
const area = document.getElementById("text");
const status = form.querySelector(".editor-status");
const token = form.querySelector("[name=csrf_token]");
const nameField = form.querySelector("input#name");
const original = { text: area.value, name: nameField?.value ?? "" };
let leaving = false;

const pageName = () => form.dataset.page || (nameField?.value.trim() ?? "");

const isChanged = () =>
  area.value !== original.text || (nameField && nameField.value !== original.name);

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("bad", bad);
}

// -- saving and leaving -----------------------------------------------------------------------

const drafts = keepDrafts();

function tooLarge() {
  const bytes = new TextEncoder().encode(area.value).length;
  const most = Number(form.dataset.pageBytes);
  if (!most || bytes <= most) return false;
  const megabytes = (size) => (size / 1e6).toFixed(1);
  say(`This page has ${megabytes(bytes)} MB; the limit is ${megabytes(most)} MB. Split it into several pages.`, true);
  return true;
}

function guards() {
  const refused = "refused" in form.dataset;
  const unsaved = () => !leaving && (isChanged() || refused) && !drafts.isSafe;
  addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });
  sendInOrder(form, drafts, { mayGo: () => !tooLarge(), leaves: (is) => (leaving = is) });
  for (const link of document.querySelectorAll("[data-leave]")) {
    link.addEventListener("click", (event) => {
      if (unsaved() && !confirm("Leave without saving? What you typed stays in this browser.")) event.preventDefault();
      else leaving = true;
    });
  }
}

// -- writing ----------------------------------------------------------------------------------

function toolbar() {
  const bar = form.querySelector(".toolbar");
  const buttons = [...bar.querySelectorAll("button")];
  bar.addEventListener("click", (event) => {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action === "image") document.getElementById("file").click();
    else if (action) actions[action](area);
  });
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    buttons[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

function keys() {
  const commands = { b: "bold", i: "italic", k: "link" };
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (event.key === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-save]"));
    } else if (commands[event.key] && document.activeElement === area) {
      event.preventDefault();
      actions[commands[event.key]](area);
    }
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (continueList(area)) event.preventDefault();
  });
}

function caretPosition() {
  const copy = document.createElement("div");
  const style = getComputedStyle(area);
  for (const name of ["font", "padding", "border", "lineHeight", "tabSize", "letterSpacing", "boxSizing"]) {
    copy.style[name] = style[name];
  }
  Object.assign(copy.style, {
    position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word",
    width: `${area.clientWidth}px`, top: 0, left: 0,
  });
  copy.textContent = area.value.slice(0, area.selectionStart);
  const caret = document.createElement("span");
  caret.textContent = "\u200b";
  copy.append(caret);
  area.parentElement.append(copy);
  const place = { left: caret.offsetLeft, top: caret.offsetTop + caret.offsetHeight - area.scrollTop };
  copy.remove();
  return place;
}

function pageLinks() {
  const opened = () => /\[\[([^[\]\n|]{1,80})$/.exec(area.value.slice(0, area.selectionStart));
  const host = area.parentElement;
  suggestInto(area, {
    address: form.dataset.suggestPages,
    host,
    query: () => opened()?.[1].trim(),
    choose: (item) => {
      const found = opened();
      if (!found) return;
      const at = area.selectionStart;
      const closing = area.value.startsWith("]]", at) ? 2 : 0;
      insert(area, at - found[1].length, at + closing, `${item.path}]]`);
    },
  });
  area.addEventListener("input", () => {
    if (!opened()) return;
    const list = host.querySelector(".suggestions");
    const place = caretPosition();
    list.style.left = `${Math.max(8, Math.min(place.left, host.clientWidth - 370))}px`;
    list.style.top = `${place.top + 4}px`;
  });
}

// -- preview ----------------------------------------------------------------------------------

function preview() {
  const panel = form.querySelector(".editor-preview");
  const content = panel.querySelector(".prose");
  const buttons = [...form.querySelectorAll("[data-view]")];
  let shown = null;
  let asked = 0;
  let timer = 0;

  async function refresh() {
    if (panel.hidden || shown === area.value) return;
    const number = ++asked;
    const text = area.value;
    const body = new FormData();
    body.append("csrf_token", token.value);
    body.append("text", text);
    body.append("base", form.elements.base.value);
    body.append("name", pageName());
    try {
      const response = await fetch(form.dataset.preview, { method: "POST", body });
      const html = await response.text();
      if (number !== asked) return;
      if (!response.ok) throw new Error(String(response.status));
      content.innerHTML = html; // sanitised by the server; the policy lets no script run
      shown = text;
      follow();
      say("");
    } catch {
      if (number === asked) say("The preview is not available right now. You can go on writing.", true);
    }
  }

  function follow() {
    const room = area.scrollHeight - area.clientHeight;
    if (panel.hidden || !document.body.classList.contains("is-split") || room <= 0) return;
    panel.scrollTop = (area.scrollTop / room) * (panel.scrollHeight - panel.clientHeight);
  }

  function view(name) {
    const frame = document.body.classList;
    frame.toggle("is-split", name === "both");
    frame.toggle("is-preview", name === "preview");
    panel.hidden = name === "write";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    try {
      if (name !== "preview") localStorage.setItem("strata-view", name);
    } catch {
      // not remembered
    }
    refresh();
  }

  for (const button of buttons) button.addEventListener("click", () => view(button.dataset.view));
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 350);
  });
  area.addEventListener("scroll", follow, { passive: true });
  let remembered = null;
  try {
    remembered = localStorage.getItem("strata-view");
  } catch {
    // not remembered
  }
  if (remembered === "both" && innerWidth > 1100) view("both");
}

// -- files ------------------------------------------------------------------------------------

function files() {
  const note = form.querySelector(".drop-note");
  const picker = document.getElementById("file");

  async function send(chosen) {
    if (!chosen.length) return;
    const name = pageName();
    const address = `${form.dataset.upload}/${name.split("/").map(encodeURIComponent).join("/")}`;
    const large = chosen.find((file) => file.size > Number(form.dataset.uploadBytes));
    if (!name || name.endsWith("/")) return say("Give the page a name first; files lie beside it.", true);
    if (large) return say(`“${large.name}” is larger than ${Math.round(form.dataset.uploadBytes / 1e6)} MB.`, true);
    say(chosen.length === 1 ? `Attaching ${chosen[0].name}…` : `Attaching ${chosen.length} files…`);
    try {
      const kept = await upload(address, token.value, chosen);
      insertBlock(area, kept.map((file) => file.markdown).join("\n") + "\n");
      say(kept.length === 1 ? `${kept[0].name} is attached.` : `${kept.length} files are attached.`);
    } catch (problem) {
      say(problem.message, true);
    }
  }

  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  area.addEventListener("paste", (event) => {
    const found = filesOf(event.clipboardData);
    if (!found.length) return;
    event.preventDefault();
    send(found);
  });
  area.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    note.hidden = false;
  });
  area.addEventListener("dragleave", () => (note.hidden = true));
  area.addEventListener("drop", (event) => {
    note.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    send(filesOf(event.dataTransfer));
  });
  picker.addEventListener("change", () => {
    send([...picker.files]);
    picker.value = "";
  });
}

for (const select of document.querySelectorAll("[data-submits]")) {
  select.addEventListener("change", () => {
    const carried = select.form.elements.name;
    if (nameField && carried) carried.value = nameField.value;
    leaving = true;
    select.form.submit();
  });
}
guards();
toolbar();
keys();
pageLinks();
preview();
files();
