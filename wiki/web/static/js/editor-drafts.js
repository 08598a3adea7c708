// The drafts of the editor on this page: what is shown of them, and what can be done with them.
import { insert } from "./marks.js";
import * as drafts from "./drafts.js";
import { ask, DraftSender, freshToken } from "./draft-sending.js";

const LOOK_EVERY = 40_000;
const MOST_REMEMBERED = 50;
const REMEMBERED = "strata-writers";

const form = document.getElementById("editor");
const area = document.getElementById("text");
const nameField = form.querySelector("input#name");
const token = form.elements.csrf_token;
const line = document.getElementById("draft-state");
const account = form.dataset.account;
const field = (name) => form.elements[`draft_${name}`];

let sender = null;
let opened = null;

const held = () => ({
  text: area.value,
  base: form.elements.base.value,
  name: nameField?.value ?? "",
  summary: form.elements.summary.value,
});

const differs = () => Object.entries(held()).some(([key, value]) => value !== opened[key]);

// -- what is shown ----------------------------------------------------------------------------

const SENTENCES = {
  typing: () => "",
  pristine: () => "",
  sending: () => "Saving draft…",
  saved: ({ at }) => `Draft saved ${drafts.clockText(at)}`,
  later: () => "Kept in this browser, sent in a moment",
  local: () => "Kept in this browser until you save",
  offline: () => "Offline: kept in this browser",
  elsewhere: () => "Kept in this browser until you choose",
  refused: ({ message }) => `Draft not saved: ${message ?? "the wiki has trouble keeping it."} It is kept in this browser.`,
  unkept: () => "Not saved: your browser has no room for it either. Save the page, or copy your text.",
};
const TROUBLE = new Set(["offline", "elsewhere", "refused", "unkept", "signed-out"]);

function signInSentence() {
  const link = document.createElement("a");
  Object.assign(link, { href: form.dataset.signIn, target: "_blank", rel: "noopener", textContent: "Sign in again" });
  line.append("You are signed out. Your text is kept in this browser. ", link, ", and it is sent.");
}

function show(state, detail = {}) {
  const before = line.dataset.state;
  line.dataset.state = state;
  // Whoever listens to the page is told of trouble once, and not of every saved second.
  if (TROUBLE.has(state) && before !== state) line.setAttribute("role", "status");
  else if (!TROUBLE.has(state)) line.removeAttribute("role");
  if (state === "typing" && (before === "saved" || before === undefined)) {
    line.textContent = "";
  } else if (state === "signed-out") {
    if (before !== state) {
      line.textContent = "";
      signInSentence();
    }
  } else if (state !== "typing") line.textContent = SENTENCES[state](detail);
  if (state === "elsewhere" && detail.text !== undefined) showOther(detail);
  field("revision").value = sender?.over ?? field("revision").value;
}

function showOthers(others) {
  const list = document.getElementById("at-work");
  const rows = others.map((other) => {
    const row = document.createElement("li");
    const disc = document.createElement("span");
    Object.assign(disc, { className: "avatar", ariaHidden: "true", textContent: other.name.slice(0, 1).toUpperCase() });
    const words = document.createElement("span");
    words.textContent = `${other.name} is editing this page too (since ${drafts.clockText(Date.parse(other.since))})`;
    row.append(disc, words);
    return row;
  });
  const said = (nodes) => [...nodes].map((node) => node.textContent.trim()).join("\n");
  if (said(list.children) !== said(rows)) list.replaceChildren(...rows);
}

function showNewer(newer) {
  const notice = document.getElementById("newer-notice");
  if (!newer) return;
  notice.querySelector("[data-newer-sentence]").textContent = newer.sentence;
  notice.querySelector("[data-newer-actions]").hidden = newer.deleted;
  if (newer.address) notice.querySelector("[data-newer-see]").href = newer.address;
  notice.hidden = false;
}

function told(answer) {
  showOthers(answer.others ?? []);
  showNewer(answer.newer);
}

// -- choosing between texts -------------------------------------------------------------------

function put(draft) {
  insert(area, 0, area.value.length, draft.text, 0);
  // What others saved since is merged, because the draft names what it was made from.
  if (form.elements.base.value && draft.base) form.elements.base.value = draft.base;
  if (nameField && draft.name) nameField.value = draft.name;
  if (draft.summary) form.elements.summary.value = draft.summary;
  area.focus();
}

function showOther(other) {
  const notice = document.getElementById("elsewhere-notice");
  document.querySelector("[data-draft-offer]")?.setAttribute("hidden", "");
  notice.querySelector("[data-other-age]").textContent = drafts.whenText(Date.parse(other.at));
  notice.querySelector("[data-other=see]").href = other.address;
  notice.hidden = false;
  notice.onclick = (event) => {
    const choice = event.target.closest("[data-other]")?.dataset.other;
    if (choice === "mine") sender.takeOver();
    else if (choice === "theirs") {
      put(other);
      sender.adopt();
      show("saved", { at: Date.parse(other.at) });
    } else return;
    notice.hidden = true;
    area.focus();
  };
}

/** Whether what this browser kept is, or now became, the draft that the server offers. */
async function isOffered(key, draft) {
  if (document.querySelector("[data-draft-offer] [data-writer]")?.dataset.writer !== draft.writer) return false;
  const { status } = await ask("PUT", form.dataset.drafts, token.value, { ...draft, account });
  if (status === 200) drafts.forget(account, key);
  return status === 200;
}

/** What this browser kept, because it did not reach the server. */
async function offerLocal() {
  const key = form.dataset.draftKey;
  // A new page has another key each time; any that was left in this space may be meant.
  const isNew = !field("page").value && !("fromDraft" in form.dataset);
  const beginning = isNew ? key.slice(0, key.indexOf("#") + 1) : `${key}~`;
  const found = drafts.all(account).find(([name]) => name.startsWith(beginning));
  if (!found) return undefined;
  const [name, draft] = found;
  if (draft.text === area.value) return drafts.forget(account, name);
  if (await isOffered(name, draft)) return undefined;
  const notice = document.getElementById("local-notice");
  notice.querySelector("[data-draft-age]").textContent = drafts.whenText(draft.at);
  notice.hidden = false;
  notice.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-draft]")?.dataset.draft;
    if (!choice) return;
    if (choice === "restore") {
      put(draft);
      drafts.forget(account, sender.key);
      if (draft.part === field("part").value && sender.over <= (draft.over ?? 0)) {
        Object.assign(sender, { writer: draft.writer, step: draft.step, over: draft.over });
      }
      field("writer").value = sender.writer;
      sender.changed();
    }
    if (name !== sender.key) drafts.forget(account, name);
    notice.hidden = true;
    area.focus();
  });
  return undefined;
}

/** Tell a draft of this browser from one of another device. */
function elsewhere() {
  try {
    const known = JSON.parse(localStorage.getItem(REMEMBERED) ?? "[]");
    for (const told of document.querySelectorAll("[data-writer]")) {
      told.querySelector("[data-elsewhere]").hidden = known.includes(told.dataset.writer);
    }
    known.push(sender.writer);
    localStorage.setItem(REMEMBERED, JSON.stringify(known.slice(-MOST_REMEMBERED)));
  } catch {
    // not remembered
  }
}

// -- the whole --------------------------------------------------------------------------------

function watch() {
  form.addEventListener("input", () => sender.changed());
  addEventListener("online", () => sender.wake());
  addEventListener("focus", () => sender.wake());
  // Another tab signed in: the form needs the new session's token, and what waited can be sent.
  addEventListener("storage", async (event) => {
    if (event.key !== "strata-account" || !event.newValue) return;
    renew(await freshToken(form.dataset.formToken));
    sender.belongsTo(event.newValue);
    sender.wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sender.sendLast();
    else sender.wake();
  });
  addEventListener("pagehide", () => sender.sendLast());
}

function lookAround() {
  if (!field("page").value) return;
  setInterval(async () => {
    if (document.visibilityState !== "visible" || !sender.place.account) return;
    const query = new URLSearchParams({ part: field("part").value, base: form.elements.base.value });
    const { status, answer } = await ask("GET", `${form.dataset.drafts}?${query}`, token.value);
    if (status === 200) told(answer);
  }, LOOK_EVERY);
}

function renew(fresh) {
  if (fresh) token.value = fresh;
  return token.value;
}

/** Begin to keep drafts; what the rest of the editor needs of them. */
export function keepDrafts() {
  opened = "dirty" in form.dataset ? {} : held();
  const earlier = `${form.dataset.draftKey}~${field("writer").value}`;
  // Of its own, even if the browser shows a page again that it had kept.
  field("writer").value = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sender = new DraftSender({
    place: {
      account,
      key: form.dataset.draftKey,
      address: form.dataset.drafts,
      part: field("part").value,
      editor: location.pathname + location.search,
    },
    held,
    isPristine: () => !differs(),
    token: renew,
    tokenAddress: form.dataset.formToken,
    mark: { writer: field("writer").value, revision: Number(field("revision").value) },
    show,
    told,
  });
  elsewhere();
  watch();
  lookAround();
  if ("dirty" in form.dataset) {
    sender.changed();
    drafts.forgetOf(earlier); // the server gave it back, and it is kept again
  } else offerLocal();
  return sender;
}
