/** Bytes as a person reads them: "41 kB", "2.4 MB". */
export function bytes(count: number): string {
  const [amount, unit] = count < 1e5 ? [Math.ceil(count / 1e3), "kilobyte"] : [count / 1e6, "megabyte"];
  return amount.toLocaleString(lang(), { style: "unit", unit, maximumFractionDigits: amount < 10 ? 1 : 0 });
}

/** Seconds as a person waits them: "40 seconds", "3 minutes". */
export function wait(seconds: number): string {
  const [count, unit] = seconds < 90 ? [seconds, "second"] : [seconds / 60, "minute"];
  return Math.ceil(count).toLocaleString(lang(), { style: "unit", unit, unitDisplay: "long" });
}

function lang(): string {
  return document.documentElement.lang;
}
