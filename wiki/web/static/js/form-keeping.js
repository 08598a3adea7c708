// A form that has no draft on the server keeps what is typed in this browser, until it is saved.
import * as drafts from "./drafts.js";
import { fillAgain, offerKept } from "./draft-keeping.js";

const form = document.querySelector("form[data-keep]");
const account = document.body.dataset.account;
const { keep: key, name } = form.dataset;

const held = () => [...new FormData(form)].filter(([field]) => field !== "csrf_token" && field !== "action");
const written = (fields) => JSON.stringify(fields).replaceAll("\\r\\n", "\\n");
const opened = written(held());

const kept = drafts.read(account, key);
// A form that was refused is shown again as it was typed: there is nothing to bring back.
const isShownAgain = "again" in form.dataset;
if (kept?.fields && !isShownAgain && written(kept.fields) !== opened) {
  offerKept(kept, (choice) => {
    if (choice === "discard") return drafts.forget(account, key);
    const token = ["csrf_token", form.elements.csrf_token.value];
    return fillAgain(form.getAttribute("action"), [...kept.fields, token, ["action", "fill"]]);
  });
}
form.addEventListener("input", () => {
  drafts.keep(account, key, { name, editor: location.pathname + location.search, fields: held() });
});
