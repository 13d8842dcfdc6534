import { code_digits, limits, link_kinds } from "../../../src/kinograph/sessions/export_format.json";

const CODE = new RegExp(`^(?!0)[${code_digits}]{1,${limits.code_length}}$`);
const HOST = /^https?:\/\/(?:www\.)?(boxd\.it|letterboxd\.com)\//i;
const SHORT = /^(\w+)\/?$/;
const FULL = /^(?:([\w-]{1,40})\/)?(film|list)\/([\w:.-]{1,200})(?:\/\d{1,9})?\/?$/;

/** What a link of Letterboxd's points at. A short one has a code, a full one a slug, which names the film even where the
 *  link is an entry's. */
export type Link = { kind: "film" | "entry" | "list"; code?: string; slug?: string };

/** Null for everything else. A code read in base 62 is 10 × id + kind; no two codes are one number. */
export function decode(uri: string): Link | null {
  const [start, host] = HOST.exec(uri) ?? [];
  if (!start || !host) return null;
  const path = uri.slice(start.length);
  if (host.toLowerCase() === "boxd.it") return decodeShort(SHORT.exec(path)?.[1] ?? "");
  const [, member, kind, slug] = FULL.exec(path) ?? [];
  if (!slug) return null;
  return { kind: kind === "list" ? "list" : member ? "entry" : "film", slug };
}

function decodeShort(code: string): Link | null {
  if (!CODE.test(code)) return null;
  let lastDigit = 0;
  for (const sign of code) lastDigit = (lastDigit * 62 + code_digits.indexOf(sign)) % 10;
  const kind = (link_kinds as Link["kind"][])[lastDigit];
  return kind ? { kind, code } : null;
}
