// “Your drafts”: those that only this browser has, beside those of the server.
import * as drafts from "./drafts.js";

const section = document.getElementById("local-drafts");
const list = section.querySelector("ul");
const account = document.body.dataset.account ?? "";

function row(key, draft) {
  const item = document.createElement("li");
  const what = document.createElement("div");
  what.className = "draft-what";
  const title = document.createElement("p");
  title.className = "row-title";
  const link = document.createElement("a");
  link.href = draft.editor;
  link.textContent = draft.name || decodeURIComponent(key.slice(key.indexOf("/") + 1, key.lastIndexOf("#"))) || "A page without a name";
  title.append(link);
  const about = document.createElement("p");
  about.className = "row-meta";
  about.textContent = `${key.slice(0, key.indexOf("/"))} · typed ${drafts.whenText(draft.at)}`;
  what.append(title, about);
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button small", textContent: "Discard" });
  button.addEventListener("click", () => {
    drafts.forget(account, key);
    show();
  });
  item.append(what, button);
  return item;
}

function show() {
  const found = drafts.all(account).filter(([, draft]) => draft.editor?.startsWith("/"));
  section.hidden = !found.length;
  list.replaceChildren(...found.map(([key, draft]) => row(key, draft)));
}

show();
// What was sent is in the other list, once this page is shown anew.
if ("draftsSent" in document.body.dataset) location.reload();
else addEventListener("strata-drafts-sent", () => location.reload());
