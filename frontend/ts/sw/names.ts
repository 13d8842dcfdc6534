// What the worker and the offline page both know.

/** The cache of pages: each as it was last seen, oldest first. */
export const PAGES = "pages";

/** What a page tells the worker: that one asked for early, which may never have been looked at, has been seen. */
export type Seen = { seen: string };

/** The header of a kept page that says when it was seen. */
export const SEEN = "Kinograph-Seen";
