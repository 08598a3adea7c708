// The slider: each version's words are fetched as the server lays them out, and put in place.

const text = document.getElementById("text");
const slider = document.querySelector(".slider");
const WAIT = 70;
const KEPT = 60;

function words() {
  // Escape puts away what a passage tells of itself, until another one is pointed at.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") text?.classList.add("tips-off");
  });
  for (const kind of ["mouseover", "focusin"]) {
    text?.addEventListener(kind, () => text.classList.remove("tips-off"));
  }
}

function slide() {
  const range = slider.elements.namedItem("at");
  const says = document.getElementById("slider-says");
  const choice = document.querySelector(".choose select");
  const chart = document.querySelector(".life-chart");
  const places = JSON.parse(slider.dataset.places);
  const frames = JSON.parse(chart.dataset.frames);
  const kept = new Map();
  let timer = 0;
  let asked = 0;

  const by = () => (text.querySelector(".by-age") ? "age" : "");

  function address(number) {
    const url = new URL(slider.action);
    url.hash = "";
    url.searchParams.set("at", number);
    if (by()) url.searchParams.set("by", by());
    url.searchParams.set("only", "version");
    return url;
  }

  function fetched(number) {
    const url = address(number);
    if (!kept.has(url.href)) {
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
      const answer = fetch(url).then((response) => {
        if (!response.ok || response.redirected) throw new Error(response.statusText);
        return response.text();
      });
      answer.catch(() => kept.delete(url.href));
      kept.set(url.href, answer);
    }
    return kept.get(url.href);
  }

  /** The line in the drawing stands where the version does. */
  function point(number) {
    for (const [size, [left, right]] of Object.entries(frames)) {
      const line = chart.querySelector(`.chart-${size} .here`);
      const x = left + ((right - left) * places[number - 1]) / 1000;
      line?.setAttribute("x1", x);
      line?.setAttribute("x2", x);
    }
  }

  function ends(number) {
    for (const link of slider.querySelectorAll("[data-step]")) {
      const to = number + Number(link.dataset.step);
      if (to >= 1 && to <= Number(range.max)) {
        link.href = address(to).href.replace(/&?only=version/, "");
        link.removeAttribute("aria-disabled");
      } else {
        link.removeAttribute("href");
        link.setAttribute("aria-disabled", "true");
      }
    }
  }

  async function show(number) {
    const mine = ++asked;
    text.setAttribute("aria-busy", "true");
    try {
      const part = await fetched(number);
      if (mine !== asked) return;
      text.innerHTML = part; // our own server's, escaped there
      const shown = text.querySelector(".version-shown");
      range.setAttribute("aria-valuetext", shown.dataset.says);
      says.textContent = shown.dataset.says;
      history.replaceState(null, "", shown.dataset.address);
      if (choice) choice.value = new URL(location.href).searchParams.get("version") ?? choice.value;
      for (const beside of [number + 1, number - 1]) {
        if (beside >= 1 && beside <= Number(range.max)) fetched(beside);
      }
    } catch {
      says.textContent = "This version could not be fetched.";
    } finally {
      if (mine === asked) text.removeAttribute("aria-busy");
    }
  }

  function go(number, wait) {
    const to = Math.min(Math.max(1, number), Number(range.max));
    range.value = to;
    point(to);
    ends(to);
    clearTimeout(timer);
    timer = setTimeout(() => show(to), wait);
  }

  range.addEventListener("input", () => go(Number(range.value), WAIT));
  slider.addEventListener("submit", (event) => {
    event.preventDefault();
    go(Number(range.value), 0);
  });
  slider.addEventListener("click", (event) => {
    const link = event.target.closest("[data-step]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(Number(range.value) + Number(link.dataset.step), 0);
  });
  chart.addEventListener("click", (event) => {
    const drawing = event.target.closest("svg");
    if (!drawing) return;
    const name = drawing.classList.contains("chart-wide") ? "wide" : "narrow";
    const [left, right] = frames[name];
    const box = drawing.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * drawing.viewBox.baseVal.width;
    const at = ((x - left) / (right - left)) * 1000;
    go(places.filter((place) => place <= at).length || 1, 0);
  });
}

words();
if (slider) slide();
