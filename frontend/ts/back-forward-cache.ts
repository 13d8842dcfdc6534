/** A page that comes back from the browser's memory may be of a session that was deleted since: then it is asked for anew,
 *  and says so. */
export function checkRestoredPage(): void {
  addEventListener("pageshow", async ({ persisted }) => {
    const [, session] = /^\/session\/([0-9a-f-]{36})(?=\/|$)/i.exec(location.pathname) ?? [];
    if (!persisted || !session) return;
    const answer = await fetch(`/api/session/${session}/status`, { cache: "no-store" }).catch(() => null);
    if (answer?.status === 404) location.reload();
  });
}
