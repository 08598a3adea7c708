// The drafts of the editor on this page: what is shown of them, and what can be done with them.
import { insert } from "./marks.js";
import * as drafts from "./drafts.js";
import { keeping, offerKept, settleAgain, showOthers } from "./draft-keeping.js";
import { ask } from "./draft-sending.js";

const LOOK_EVERY = 40_000;

const form = document.getElementById("editor");
const area = document.getElementById("text");
const nameField = form.querySelector("input#name");
const token = form.elements.csrf_token;
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

// -- what is told ------------------------------------------------------------------------------

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

/** Go on with the text that another tab or device kept. */
function adopt(other) {
  sender.adopt();
  if (other.settling) return location.assign(other.editor);
  put(other);
  sender.tell("saved", { at: Date.parse(other.at) });
  return area.focus();
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
  const found = drafts.all(account).find(([name, draft]) => name.startsWith(beginning) && !(isNew && draft.settling));
  if (!found) return undefined;
  const [name, draft] = found;
  if (draft.text === area.value && !draft.settling) return drafts.forget(account, name);
  if (await isOffered(name, draft)) return undefined;
  offerKept(draft, (choice) => {
    if (choice === "restore" && draft.settling) return settleAgain(form, draft);
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
    return area.focus();
  });
  return undefined;
}

// -- the whole --------------------------------------------------------------------------------

function lookAround() {
  if (!field("page").value) return;
  setInterval(async () => {
    if (document.visibilityState !== "visible" || !sender.place.account) return;
    const query = new URLSearchParams({ part: field("part").value, base: form.elements.base.value });
    const { status, answer } = await ask("GET", `${form.dataset.drafts}?${query}`, token.value);
    if (status === 200) told(answer);
  }, LOOK_EVERY);
}

/** Begin to keep drafts; what the rest of the editor needs of them. */
export function keepDrafts() {
  opened = "dirty" in form.dataset ? {} : held();
  sender = keeping(form, { held, isPristine: () => !differs(), adopt, told });
  lookAround();
  if (!("dirty" in form.dataset)) offerLocal();
  return sender;
}
