// What is wrong with pages of a session, as their HTML stands; `isWhole` when nothing is picked.
async (pages) => {
  const found = [];
  for (const [address, isWhole] of pages) found.push(...(await look(address, isWhole)).map((each) => `${address}: ${each}`));
  return found;

  async function look(address, isWhole) {
    const answer = await fetch(address);
    if (!answer.headers.get("content-type").startsWith("text/html")) return [];
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const hasNone = answer.status === 404 && /\/(year\/\d+|changes)/.test(address); // such year or export before: its page says so
    const wrong = answer.ok || hasNone ? [] : [`answers ${answer.status}`];
    const text = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();

    const ids = [...page.querySelectorAll("[id]")].map((element) => element.id);
    wrong.push(...ids.filter((id, n) => ids.indexOf(id) !== n).map((id) => `two #${id}`));
    const headings = [...page.querySelectorAll("h1")];
    if (headings.length !== 1 || !text(headings[0])) wrong.push("has not one headline");

    const COUNTED = "films|viewings|directors|countries|decades|days|years|languages|keywords|studios|rewatches|ratings";
    for (const said of page.querySelectorAll("h1, .credits li, .card-summary, .card-note, .facts li, .empty-state p, .notice p")) {
      const broken = /\bnan\b|undefined|%\(|None[.,]|\b(True|False)\b|[,:] *\.| [.,;](?=\s|$)/.test(text(said));
      const one = new RegExp(`(^|[^.\\d,])\\b1 (${COUNTED})\\b`).test(text(said));
      if (broken || one) wrong.push(`says “${text(said)}”`);
    }

    for (const card of page.querySelectorAll("#cards > *")) {
      const is = (selector) => card.querySelector(selector) !== null;
      const lacks = (what) => wrong.push(`${card.id}: ${what}`);
      if (!card.matches("section.card[aria-labelledby]") || !text(card.querySelector("h2"))) lacks("no name");
      if (!text(card.querySelector(":scope > .card-summary"))) lacks("no sentence");
      if (is("circle.them, rect.them, path.you:not(.heart)")) lacks("colour alone telling yours from theirs");
      for (const list of card.querySelectorAll("ol, ul, tbody, .card-pair")) {
        if (!list.children.length) lacks("an empty list");
      }
      for (const chart of card.querySelectorAll("svg")) {
        if (chart.closest("[aria-hidden=true]") || chart.parentElement.closest("svg")) continue;
        if (!chart.getAttribute("role") || !chart.getAttribute("aria-label")) lacks("a chart without a name");
        if (chart.getAttribute("role") !== "group") continue;
        if (is(".filling") && !is("ol li")) continue; // fills in while films are looked up
        if (isWhole && !chart.querySelector("a[aria-label]")) lacks("a chart of nothing");
        if (!is("details.card-table tbody tr") && !is(".compact-list li")) lacks("a chart that cannot be read as a table");
      }
    }
    return wrong;
  }
}
