#!/usr/bin/env bash
# idiomorph 0.8.0 (npm), jsdom 27.0.0, Node 20 or later; 2026-11-27.
#
# Expected: the option `ignoreActiveValue: true` keeps the *value* of the active element, as its name and README say, so
# that a field somebody types in is left alone. Whatever has no value, such as a link, is morphed like the rest.
#
# Seen: the children of whatever element has the focus are left as they were, while its attributes are updated. A link
# that was just clicked, and so has the focus, gets its new address and keeps its old text: a ranking that is morphed
# after a click on its second row shows one name twice, and the row leads elsewhere than it says. Without the option, or
# with the focus elsewhere, text and address change together.
#
# What helps: use the option only while a field has the focus, or blur the link and give the focus back afterwards.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact idiomorph@0.8.0 jsdom@27.0.0 >/dev/null
cat > try.mjs <<'JS'
import { JSDOM } from "jsdom";
const dom = new JSDOM("<!doctype html><main></main>", { pretendToBeVisual: true });
for (const name of ["window", "document", "Node", "Element", "HTMLElement", "HTMLInputElement", "HTMLTextAreaElement",
    "HTMLOptionElement", "HTMLTemplateElement", "DOMParser", "Document", "DocumentFragment", "NodeFilter"])
    globalThis[name] = name === "window" ? dom.window : dom.window[name] ?? dom.window.document;
globalThis.document = dom.window.document;
const { Idiomorph } = await import("idiomorph");
function morphed(focused, options) {
    const main = document.querySelector("main");
    main.innerHTML = '<a href="/drama">Drama 167</a><button>elsewhere</button>';
    main.querySelector(focused).focus();
    Idiomorph.morph(main, '<main><a href="/comedy">Comedy 98</a><button>elsewhere</button></main>', options);
    return main.querySelector("a").outerHTML;
}
console.log("link focused, option set:     ", morphed("a", { ignoreActiveValue: true }));
console.log("link focused, option not set: ", morphed("a", {}));
console.log("focus elsewhere, option set:  ", morphed("button", { ignoreActiveValue: true }));
JS
node try.mjs | tee seen
grep -qF 'option set:      <a href="/comedy">Drama 167</a>' seen
grep -qF 'option not set:  <a href="/comedy">Comedy 98</a>' seen
grep -qF 'focus elsewhere, option set:   <a href="/comedy">Comedy 98</a>' seen
