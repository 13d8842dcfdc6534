/** Sees to it that the service worker serves this page. It takes over those that are open when it begins, but not one that
 *  is still on its way then: that one asks for it. */
export async function joinWorker(workers: ServiceWorkerContainer): Promise<void> {
  await workers.register("/sw.js");
  const active = (await workers.ready).active!;
  const ask = (): void => {
    if (active.state === "activated" && !workers.controller) active.postMessage("join");
  };
  active.addEventListener("statechange", ask);
  ask();
}
