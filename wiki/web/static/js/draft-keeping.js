// Keeping what is typed in a form as a draft, and telling whether it is safe: the editor's, and those in
// which somebody settles what met.
import * as drafts from "./drafts.js";
import { DraftSender, freshToken } from "./draft-sending.js";

const MOST_REMEMBERED = 50;
const REMEMBERED = "strata-writers";

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

const fieldOf = (form, name) => form.elements[`draft_${name}`];

function signInSentence(form, line) {
  const link = document.createElement("a");
  Object.assign(link, { href: form.dataset.signIn, target: "_blank", rel: "noopener", textContent: "Sign in again" });
  line.append("You are signed out. Your text is kept in this browser. ", link, ", and it is sent.");
}

function show(form, state, detail) {
  const line = document.getElementById("draft-state");
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
      signInSentence(form, line);
    }
  } else if (state !== "typing") line.textContent = SENTENCES[state](detail);
}

function showOther(sender, other, adopt) {
  const notice = document.getElementById("elsewhere-notice");
  document.querySelector("[data-draft-offer]")?.setAttribute("hidden", "");
  notice.querySelector("[data-other-age]").textContent = drafts.whenText(Date.parse(other.at));
  notice.querySelector("[data-other=see]").href = other.address;
  notice.hidden = false;
  notice.onclick = (event) => {
    const choice = event.target.closest("[data-other]")?.dataset.other;
    if (choice === "mine") sender.takeOver();
    else if (choice === "theirs") adopt(other);
    else return;
    notice.hidden = true;
  };
}

/** Tell a draft of this browser from one of another device. */
function elsewhere(writer) {
  try {
    const known = JSON.parse(localStorage.getItem(REMEMBERED) ?? "[]");
    for (const told of document.querySelectorAll("[data-writer]")) {
      told.querySelector("[data-elsewhere]").hidden = known.includes(told.dataset.writer);
    }
    known.push(writer);
    localStorage.setItem(REMEMBERED, JSON.stringify(known.slice(-MOST_REMEMBERED)));
  } catch {
    // not remembered
  }
}

function renew(form, fresh) {
  if (fresh) form.elements.csrf_token.value = fresh;
  return form.elements.csrf_token.value;
}

function watch(form, sender) {
  form.addEventListener("input", () => sender.changed());
  addEventListener("online", () => sender.wake());
  addEventListener("focus", () => sender.wake());
  // Another tab signed in: the form needs the new session's token, and what waited can be sent.
  addEventListener("storage", async (event) => {
    if (event.key !== "strata-account" || !event.newValue) return;
    renew(form, await freshToken(form.dataset.formToken));
    sender.belongsTo(event.newValue);
    sender.wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sender.sendLast();
    else sender.wake();
  });
  addEventListener("pagehide", () => sender.sendLast());
}

/** Who else is at the page. */
export function showOthers(others) {
  const list = document.getElementById("at-work");
  if (!list) return;
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

/**
 * Keep what a form holds from now on; its DraftSender. `held()` gives what is kept and `isPristine()`
 * says whether that is what it was opened with; `adopt(other)` goes on with a text that was kept
 * elsewhere; `told(answer)` hears what the server says besides.
 */
export function keeping(form, { held, isPristine, adopt, told }) {
  const earlier = `${form.dataset.draftKey}~${fieldOf(form, "writer").value}`;
  // Of its own, even if the browser shows a page again that it had kept.
  const writer = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  fieldOf(form, "writer").value = writer;
  const sender = new DraftSender({
    place: {
      account: form.dataset.account,
      key: form.dataset.draftKey,
      address: form.dataset.drafts,
      part: fieldOf(form, "part").value,
      editor: location.pathname + location.search,
    },
    held,
    isPristine,
    token: (fresh) => renew(form, fresh),
    tokenAddress: form.dataset.formToken,
    mark: { writer, revision: Number(fieldOf(form, "revision").value) },
    show: (state, detail = {}) => {
      show(form, state, detail);
      if (state === "elsewhere" && detail.text !== undefined) showOther(sender, detail, adopt);
      fieldOf(form, "revision").value = sender.over;
    },
    told,
  });
  elsewhere(writer);
  watch(form, sender);
  if ("dirty" in form.dataset) {
    sender.changed();
    drafts.forgetOf(earlier); // the server gave it back, and it is kept again
  }
  return sender;
}

/**
 * Send a form only after what is under way has arrived: a draft must not come later than the save it
 * belongs to. `mayGo()` can hold it back; `leaves(isLeaving)` hears whether the page is being left.
 */
export function sendInOrder(form, sender, { mayGo = () => true, leaves }) {
  form.addEventListener("submit", (event) => {
    if (!mayGo()) return event.preventDefault();
    if (sender.sending && !sender.stopped) {
      event.preventDefault();
      const button = event.submitter;
      sender.stop().then(() => setTimeout(() => form.requestSubmit(button)));
      return undefined;
    }
    sender.stop();
    leaves(true);
    // Still here then: the connection broke, or somebody stopped it.
    setTimeout(() => {
      leaves(false);
      sender.resume();
    }, 15_000);
    return undefined;
  });
}

/** Offer a draft that only this browser has; `choose` hears “restore” or “discard”. */
export function offerKept(draft, choose) {
  const notice = document.getElementById("local-notice");
  notice.querySelector("[data-draft-age]").textContent = drafts.whenText(draft.at);
  notice.hidden = false;
  notice.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-draft]")?.dataset.draft;
    if (!choice) return;
    notice.hidden = true;
    choose(choice);
  });
}

/** To a form as it was left in this browser: the server fills it in anew and saves nothing. */
export function fillAgain(address, fields) {
  const again = document.createElement("form");
  Object.assign(again, { method: "post", action: address, enctype: "multipart/form-data", hidden: true });
  for (const [name, value] of fields) {
    const field = document.createElement("textarea"); // an input would lose line ends
    Object.assign(field, { name, value: value ?? "" });
    again.append(field);
  }
  document.body.append(again);
  again.submit();
}

/** To the page on which somebody was settling what met, as it was left in this browser. */
export function settleAgain(form, draft) {
  const mark = { draft_page: fieldOf(form, "page").value, draft_part: draft.part, draft_writer: draft.writer, draft_revision: draft.over };
  const fields = { ...draft.settling, ...mark, csrf_token: form.elements.csrf_token.value, base: draft.base, summary: draft.summary, action: "settle" };
  fillAgain(form.getAttribute("action"), Object.entries(fields));
}
