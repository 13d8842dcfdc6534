// The home page alone has the form that exports are dropped on, and all that looks into them.
import { upload } from "./upload";

for (const form of document.querySelectorAll<HTMLElement>("form.upload")) upload(form);
