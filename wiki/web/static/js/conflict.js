// The conflict page with scripts: says how many places are left and marks the way to them.
const form = document.querySelector("form.conflict");
const places = [...form.querySelectorAll(".collision")];
const left = form.querySelector("[data-left]");
let leaving = false;

function count() {
  const open = places.filter((place) => !place.querySelector("input[type=radio]:checked"));
  left.textContent = open.length
    ? `${open.length} ${open.length === 1 ? "place" : "places"} left to choose`
    : "All places are settled";
}

for (const place of places) {
  // Writing means that one's own wording is wanted.
  place.querySelector("textarea").addEventListener("input", () => {
    place.querySelector("[value=edit]").checked = true;
    count();
  });
  place.addEventListener("change", (event) => {
    if (event.target.value === "edit") place.querySelector("textarea").focus();
    count();
  });
}
form.addEventListener("submit", () => (leaving = true));
addEventListener("beforeunload", (event) => {
  if (!leaving) event.preventDefault();
});
count();
