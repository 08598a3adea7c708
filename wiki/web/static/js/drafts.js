// What was typed and did not reach the server yet, kept in this browser, for its account only.

const PREFIX = "strata-draft:";
const MONTH = 30 * 86400 * 1000;

const nameOf = (account, key) => `${PREFIX}${account} ${key}`;

/** Whether it could be kept: the store may be full or switched off. */
export function keep(account, key, draft) {
  try {
    localStorage.setItem(nameOf(account, key), JSON.stringify({ ...draft, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function read(account, key) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(account, key)));
  } catch {
    return null;
  }
}

export function forget(account, key) {
  try {
    localStorage.removeItem(nameOf(account, key));
  } catch {
    // nothing was kept
  }
}

/** Forget what an editor kept, whoever was signed in then. */
export function forgetOf(key) {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && name.endsWith(` ${key}`)) localStorage.removeItem(name);
    }
  } catch {
    // nothing was kept
  }
}

/** Every draft of an account in this browser, as [key, draft], the latest first. */
export function all(account) {
  try {
    const prefix = nameOf(account, "");
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), read(account, name.slice(prefix.length))])
      .filter(([, draft]) => draft)
      .sort(([, one], [, other]) => other.at - one.at);
  } catch {
    return [];
  }
}

/** Forget the draft that the server says it saved, and very old ones. */
export function clean() {
  const cookie = /(?:^|; )strata-saved=([^;]*)/.exec(document.cookie);
  if (cookie) {
    try {
      forgetOf(decodeURIComponent(cookie[1]));
    } catch {
      // a name in bytes that are no UTF-8: its draft grows old
    }
    document.cookie = "strata-saved=; path=/; max-age=0; samesite=lax";
  }
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const draft = JSON.parse(localStorage.getItem(name));
      if (!draft || Date.now() - draft.at > MONTH) localStorage.removeItem(name);
    }
  } catch {
    // nothing was kept
  }
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** “12:04”, as the reader's clock shows it. */
export const clockText = (at) => clock.format(at);

/** “yesterday 17:20”, “on 3 March 2026, 09:15”. */
export function whenText(at) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (at >= midnight) return `today ${clock.format(at)}`;
  if (at >= midnight - 86400000) return `yesterday ${clock.format(at)}`;
  return `on ${day.format(at)}, ${clock.format(at)}`;
}
