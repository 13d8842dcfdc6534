// What the worker and the offline page both know.

/** The cache of pages: each as it was last seen, oldest first. */
export const PAGES = "pages";

/** The header of a kept page that says when it was seen. */
export const SEEN = "Kinograph-Seen";
