// Type-ahead: a list box of pages under an input, filled from GET <address>?q= as JSON.

const WAIT = 90;

/**
 * @param {HTMLInputElement|HTMLTextAreaElement} input
 * @param {{address: string, host: HTMLElement, query: () => string|null,
 *          choose: (item: {title: string, path: string, url: string}) => void}} options
 *   `query` gives the words to look for, or null/"" to close the list.
 */
export function suggestInto(input, { address, host, query, choose }) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${Math.random().toString(36).slice(2, 8)}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Pages");
  list.hidden = true;
  host.append(list);
  const isCombobox = input.tagName === "INPUT";
  const expanded = (open) => isCombobox && input.setAttribute("aria-expanded", String(open));
  if (isCombobox) input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", list.id);
  expanded(false);
  input.setAttribute("aria-autocomplete", "list");

  let items = [];
  let at = -1;
  let timer = 0;
  let asked = 0;

  function close() {
    list.hidden = true;
    at = -1;
    items = [];
    expanded(false);
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    at = index;
    [...list.children].forEach((row, number) => {
      row.setAttribute("aria-selected", String(number === at));
      if (number === at) {
        input.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      }
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
  }

  function take(index) {
    const item = items[index];
    close();
    if (item) choose(item);
  }

  function show(found) {
    items = found;
    list.replaceChildren(
      ...found.map((item, number) => {
        const row = document.createElement("li");
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.id = `${list.id}-${number}`;
        const title = document.createElement("strong");
        title.textContent = item.title;
        const path = document.createElement("span");
        path.textContent = item.path;
        row.append(title, path);
        row.addEventListener("mousedown", (event) => event.preventDefault());
        row.addEventListener("click", () => take(number));
        return row;
      }),
    );
    at = -1;
    list.hidden = found.length === 0;
    expanded(found.length > 0);
  }

  async function ask() {
    const words = query();
    if (!words) return close();
    const number = ++asked;
    try {
      const url = new URL(address, location.href);
      url.searchParams.set("q", words);
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok) return close();
      const found = await response.json();
      if (number === asked) show(Array.isArray(found) ? found : (found.items ?? []));
    } catch {
      close(); // type-ahead is a convenience: Enter still searches
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", () => setTimeout(close, 120));
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const last = items.length - 1;
    if (event.key === "ArrowDown") mark(at >= last ? 0 : at + 1);
    else if (event.key === "ArrowUp") mark(at <= 0 ? last : at - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) take(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
