// Reading: plain anchors (#section) find headings, and the tree of pages unfolds in place.

const PREFIX = "user-content-";

function followPlainAnchor() {
  let wanted;
  try {
    wanted = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;
  }
  if (!wanted || document.getElementById(wanted)) return;
  document.getElementById(PREFIX + wanted)?.scrollIntoView();
}

async function unfold(details) {
  if (!details.open || details.dataset.filled) return;
  details.dataset.filled = "yes";
  try {
    const response = await fetch(details.dataset.part, { credentials: "same-origin" });
    if (!response.ok) throw new Error(response.statusText);
    const part = new DOMParser().parseFromString(await response.text(), "text/html");
    details.append(...part.body.children);
  } catch {
    location.assign(details.querySelector("summary a").href);
  }
}

followPlainAnchor();
addEventListener("hashchange", followPlainAnchor);
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-part]")) unfold(event.target);
}, true);
