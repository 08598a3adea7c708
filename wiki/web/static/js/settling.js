// A form in which somebody settles what met: what is chosen and written in it is kept as a draft.
import * as drafts from "./drafts.js";
import { keeping, offerKept, sendInOrder, settleAgain, showOthers } from "./draft-keeping.js";

const KEPT = /^(?:stretches|origin|tip|(?:same|base|mine|theirs|together|choice|edit|path|over)-\d+)$/;
const form = document.getElementById("settling");
let leaving = false;

// Writing means that one's own wording is wanted.
for (const place of form.querySelectorAll(".collision")) {
  place.addEventListener("input", (event) => {
    if (event.target.localName === "textarea") place.querySelector("[value=edit]").checked = true;
  });
}

const settling = () => Object.fromEntries([...new FormData(form)].filter(([name]) => KEPT.test(name)));

const held = () => ({
  text: "", // the server puts it together
  base: form.elements.base?.value ?? "",
  name: form.dataset.name ?? "",
  summary: form.elements.summary?.value ?? "",
  settling: settling(),
});

const written = () => JSON.stringify(held());
const opened = "dirty" in form.dataset ? "" : written();

const sender = keeping(form, {
  held,
  isPristine: () => written() === opened,
  adopt: (other) => {
    sender.adopt();
    leaving = true;
    location.assign(other.editor);
  },
  told: (answer) => showOthers(answer.others ?? []),
});

// What a colliding page's form lost by a crash without a connection. (A page's own is offered by its editor.)
const left = "dirty" in form.dataset ? undefined : drafts.all(form.dataset.account).find(([key]) => key.startsWith(`${form.dataset.draftKey}~`));
if (left?.[1].settling) {
  const [key, draft] = left;
  offerKept(draft, (choice) => {
    if (choice === "restore") {
      leaving = true;
      settleAgain(form, draft);
    } else drafts.forget(form.dataset.account, key);
  });
}

sendInOrder(form, sender, { leaves: (is) => (leaving = is) });
addEventListener("beforeunload", (event) => {
  if (!leaving && !sender.isSafe) event.preventDefault();
});
