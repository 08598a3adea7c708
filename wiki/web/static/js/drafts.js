// What was typed and not yet saved, kept in this browser only.

const PREFIX = "strata-draft:";
const MONTH = 30 * 86400 * 1000;

export function keep(key, draft) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ ...draft, at: Date.now() }));
  } catch {
    // full or switched off: the guard against leaving is what remains
  }
}

export function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // nothing was kept
  }
}

/** Forget drafts that the server says it saved, and very old ones. */
export function clean() {
  const cookie = /(?:^|; )strata-saved=([^;]*)/.exec(document.cookie);
  if (cookie) {
    forget(decodeURIComponent(cookie[1]));
    document.cookie = "strata-saved=; path=/; max-age=0; samesite=lax";
  }
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const draft = read(name.slice(PREFIX.length));
      if (!draft || Date.now() - draft.at > MONTH) localStorage.removeItem(name);
    }
  } catch {
    // nothing was kept
  }
}

export function age(draft) {
  const minutes = Math.round((Date.now() - draft.at) / 60000);
  if (minutes < 1) return "a moment ago";
  if (minutes < 90) return `${minutes} ${minutes === 1 ? "minute" : "minutes"} ago`;
  if (minutes < 60 * 36) return `${Math.round(minutes / 60)} hours ago`;
  return `on ${new Date(draft.at).toLocaleDateString()}`;
}
