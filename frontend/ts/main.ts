import { attach } from "./behaviors";

document.documentElement.classList.add("has-script");
attach(document);
