// What the toolbar does to the text: pure edits of a textarea that keep the browser's undo.

export function insert(area, start, end, text, selectFrom, selectTo) {
  area.focus();
  area.setSelectionRange(start, end);
  // insertText is the only way in that leaves Ctrl+Z working.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (selectFrom !== undefined) area.setSelectionRange(selectFrom, selectTo ?? selectFrom);
}

function wrap(area, before, after, placeholder) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  const outside =
    value.slice(start - before.length, start) === before &&
    value.slice(end, end + after.length) === after;
  if (chosen && outside) {
    const from = start - before.length;
    insert(area, from, end + after.length, chosen, from, from + chosen.length);
    return;
  }
  const inner = chosen || placeholder;
  const from = start + before.length;
  insert(area, start, end, before + inner + after, from, from + inner.length);
}

function linesOf(area) {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const stop = value.indexOf("\n", Math.max(area.selectionEnd, start));
  return { start, end: stop < 0 ? value.length : stop };
}

function prefix(area, mark, pattern) {
  const { start, end } = linesOf(area);
  const lines = area.value.slice(start, end).split("\n");
  const all = lines.every((line) => pattern.test(line) || (!line && lines.length > 1));
  const changed = lines.map((line, number) => {
    if (!line && lines.length > 1) return line;
    return all ? line.replace(pattern, "") : mark(number) + line.replace(pattern, "");
  });
  const text = changed.join("\n");
  insert(area, start, end, text, start + text.length);
}

function heading(area) {
  const { start, end } = linesOf(area);
  const line = area.value.slice(start, end);
  const level = /^(#{1,6})\s/.exec(line)?.[1].length ?? 0;
  const bare = line.replace(/^#{1,6}\s+/, "");
  const next = level === 0 ? 2 : level >= 4 ? 0 : level + 1;
  const text = next ? `${"#".repeat(next)} ${bare}` : bare;
  insert(area, start, end, text, start + text.length);
}

export function insertBlock(area, text) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const before = value.slice(0, start);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  insert(area, start, end, gap + text);
}

function link(area) {
  const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
  if (/^https?:\/\/\S+$/.test(chosen)) wrap(area, "[text](", ")", "");
  else {
    const start = area.selectionStart;
    const text = chosen || "text";
    const from = start + text.length + 3;
    insert(area, start, area.selectionEnd, `[${text}](address)`, from, from + 7);
  }
}

const TABLE = "| Column | Column |\n| --- | --- |\n|  |  |\n|  |  |\n";

export const actions = {
  bold: (area) => wrap(area, "**", "**", "bold"),
  italic: (area) => wrap(area, "*", "*", "italic"),
  heading,
  link,
  page: (area) => {
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    insert(area, area.selectionStart, area.selectionEnd, `[[${chosen}`);
  },
  list: (area) => prefix(area, () => "- ", /^[-*+] (?!\[[ x]\] )/),
  numbers: (area) => prefix(area, (number) => `${number + 1}. `, /^\d+[.)] /),
  task: (area) => prefix(area, () => "- [ ] ", /^[-*+] \[[ x]\] /),
  quote: (area) => prefix(area, () => "> ", /^> ?/),
  code: (area) => {
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    if (chosen.includes("\n")) insertBlock(area, "```\n" + chosen.replace(/\n?$/, "\n") + "```\n");
    else wrap(area, "`", "`", "code");
  },
  table: (area) => insertBlock(area, TABLE),
};

/** Enter in a list begins the next item; on an empty item it ends the list. */
export function continueList(area) {
  const { selectionStart: at, selectionEnd, value } = area;
  if (at !== selectionEnd) return false;
  const start = value.lastIndexOf("\n", at - 1) + 1;
  const line = value.slice(start, at);
  const found = /^(\s*)(?:([-*+])( \[[ x]\])?|(\d{1,6})([.)])|(>)) (.*)$/.exec(line);
  if (!found) return false;
  const [, indent, bullet, task, number, point, quote, rest] = found;
  if (!rest.trim()) {
    insert(area, start, at, "");
    return true;
  }
  const mark = bullet
    ? `${bullet}${task ? " [ ]" : ""}`
    : quote || `${Number(number) + 1}${point}`;
  insert(area, at, at, `\n${indent}${mark} `);
  return true;
}
