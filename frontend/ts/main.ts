import { attach } from "./behaviors";
import { MORPHED } from "./morph";
import { checkRestoredPage } from "./back-forward-cache";
import { deferOffscreen } from "./defer-offscreen";
import { joinWorker } from "./join-worker";
import { oncePainted } from "./once-painted";
import { setStops } from "./roving-tabindex";

document.documentElement.classList.add("has-script"); // of the first frame: nothing comes or goes after it
checkRestoredPage();
addEventListener("load", deferOffscreen);

// A picture that cannot be had leaves the drawing beneath it, in browsers that mark it in spite of the style, too.
addEventListener("error", ({ target }) => target instanceof HTMLImageElement && target.remove(), true);

oncePainted(() => {
  document.documentElement.classList.add("is-ready");
  for (const image of [...document.images]) if (image.complete && !image.naturalWidth && image.src) image.remove();
  attach(document);
  document.addEventListener(MORPHED, () => attach(document));
  setStops(document);
});

// There is none over plain http but on this very machine; a private window may refuse it.
if (navigator.serviceWorker) addEventListener("load", () => void joinWorker(navigator.serviceWorker).catch(() => {}));
