// Runs before the first paint: says that scripts run, and puts the chosen theme in place.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("strata-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage may be switched off; the browser's own preference holds then.
  }
})();
