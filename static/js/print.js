// The sheet was asked for in order to be printed; without JavaScript the browser's own menu does it.
window.addEventListener("load", () => window.print());
