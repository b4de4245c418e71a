/* Names the theme's dialogs, which it leaves without a name. */
(() => {
  "use strict";
  const words = document.currentScript.dataset;
  const names = {
    "pst-search-dialog": words.search,
    "pst-primary-sidebar-modal": words.navigation,
    "pst-secondary-sidebar-modal": words.contents,
  };
  for (const [id, name] of Object.entries(names)) document.getElementById(id)?.setAttribute("aria-label", name);
})();
