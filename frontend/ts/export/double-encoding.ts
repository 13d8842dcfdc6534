const NOT_ASCII = /[^\0-\x7f]+/g;
const NO_TEXT = /[\u0080-\u009f\ue000-\uf8ff\u{f0000}-\u{10ffff}]/u;
const PROOF = new RegExp(
  // An accented letter before a sign that follows no letter: no quotation mark, dash, accent, space or small number.
  "[\u00c2-\u00f4][\u0080-\u009f\u20ac\u201a\u0192\u201e\u2020\u2021\u02c6\u2030\u2039\u02dc" +
    "\u00a1-\u00a7\u00a9\u00aa\u00ac\u00af-\u00b1\u00b5\u00b6\u00ba\u00bc-\u00bf]" +
    // The same, a capital and more signs, within a word.
    "|[a-z][\u00c2-\u00df][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u20ac\u2122]" +
    // How every emoji begins.
    "|\u00f0[\u0178\u009f]",
);
const WINDOWS_1252 = new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 32 }, (_, n) => 0x80 + n));
const BYTES = new Map([...WINDOWS_1252].map((sign, n) => [sign.charCodeAt(0), 0x80 + n]));

/** The text with its second encoding taken off where that is proven, by the rules of sessions/double_encoding.py. */
export function undo(text: string): string {
  let isProven = false;
  for (const found of text.matchAll(NOT_ASCII)) {
    if (decode(found[0]) === null) return text;
    isProven ||= PROOF.test(text.slice(Math.max(found.index - 1, 0), found.index) + found[0]);
  }
  return isProven ? text.replace(NOT_ASCII, (run) => decode(run) ?? run).replace(/^\ufeff/, "") : text;
}

function decode(run: string): string | null {
  const bytes = Uint8Array.from({ length: run.length }, (_, n) => {
    const sign = run.charCodeAt(n);
    return BYTES.get(sign) ?? (sign < 0x100 ? sign : 0); // a zero among them makes no text
  });
  if (bytes.includes(0)) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return NO_TEXT.test(text) ? null : text;
  } catch {
    return null;
  }
}
