#!/usr/bin/env bash
# Date: 2026-11-28. Chromium 153 (@sparticuz/chromium 153.0.0), puppeteer-core 25.16.0.
# Expected: `:is(.a, .b) { … }` costs what `.a, .b { … }` costs. Browsers index rules by the last part of their selector
# (class, id or tag), so an element is compared only with rules that name its own classes.
# What happens: a list of classes is indexed as two rules, and tried on elements of these classes alone. For `:is()` with two
# classes there is no index: the rule is tried on every element of the page, here 3,009 times for 3 matches in place of 3.
# Within a nested rule it is the same. `:is(.a)` with one class is indexed.
# Why it matters: `:is()` is what people and bundlers make of lists and of nesting. Seventy such rules on a page of 5,000
# elements are 350,000 comparisons each time its styles are computed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work" # the browser writes a profile
echo '{"type":"module"}' >package.json
timeout 500 npm install --silent --no-audit --no-fund @sparticuz/chromium@153.0.0 puppeteer-core@25.16.0
cat >count.mjs <<'JS'
import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

const RULES = {
  "list": ".a, .b { color: red }",
  ":is() of two": ":is(.a, .b) { color: red }",
  ":is() of two, nested": "body { & :is(.a, .b) { color: red } }",
  ":is() of one": ":is(.a) { color: red }",
};
const body = "<p>x</p>".repeat(3000) + '<p class="a">a</p><p class="a">a</p><p class="b">b</p>';
const browser = await puppeteer.launch({ args: chromium.args, executablePath: await chromium.executablePath(), headless: "shell" });
console.log(await browser.version());
const counts = {};
for (const [name, css] of Object.entries(RULES)) {
  const page = await browser.newPage();
  await page.tracing.start({ categories: ["blink", "disabled-by-default-blink.debug", "devtools.timeline"] });
  await page.setContent(`<!doctype html><style>${css}</style>${body}`);
  await page.evaluate(() => getComputedStyle(document.body.lastElementChild).color);
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop()));
  const seen = traceEvents.filter((event) => event.name === "SelectorStats").flatMap((event) => event.args.selector_stats.selector_timings);
  const ours = seen.filter(({ selector }) => /\.a|\.b/.test(selector));
  counts[name] = [ours.reduce((sum, each) => sum + each.match_attempts, 0), ours.reduce((sum, each) => sum + each.match_count, 0)];
  console.log(`${name}: tried ${counts[name][0]} times, matched ${counts[name][1]}`);
  await page.close();
}
await browser.close();
const [list, is, nested, one] = Object.values(counts);
const holds = list[0] === 3 && is[0] > 3000 && nested[0] > 3000 && one[0] === 2 && is[1] === 3 && list[1] === 3;
console.log(holds ? "as described" : "CHANGED");
process.exit(holds ? 0 : 1);
JS
timeout 200 node count.mjs
