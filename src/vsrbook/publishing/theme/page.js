/* Names the theme's dialogs, which it leaves without a name; opens on paper what is folded on the screen. */
(() => {
  "use strict";
  const words = document.currentScript.dataset;
  const names = {
    "pst-search-dialog": words.search,
    "pst-primary-sidebar-modal": words.navigation,
    "pst-secondary-sidebar-modal": words.contents,
  };
  for (const [id, name] of Object.entries(names)) document.getElementById(id)?.setAttribute("aria-label", name);
  // a browser that does not know ::details-content prints only what is open
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".vsr-fold:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
})();
