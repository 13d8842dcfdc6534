import { attach } from "./behaviors";

document.documentElement.classList.add("has-script");
attach(document);

// There is none over plain http but on this very machine; a private window may refuse it.
addEventListener("load", () => void navigator.serviceWorker?.register("/sw.js").catch(() => {}));
