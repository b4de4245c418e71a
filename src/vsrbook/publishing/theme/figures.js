/* Draws the charts of a page over their static images, lets the arrow keys walk through the marks,
   and follows the theme's light and dark. Asks no other host for anything. */
(() => {
  "use strict";
  const script = document.currentScript;
  const root = document.documentElement;
  const drawn = new Map(); // box -> what vegaEmbed returned
  let bundle; // the promise of window.vegaEmbed

  function loadBundle() {
    bundle ??= new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = new URL(script.dataset.vega, script.src).href;
      tag.onload = resolve;
      tag.onerror = () => reject(new Error("cannot load " + tag.src));
      document.head.append(tag);
    });
    return bundle;
  }

  function themeColour(name) {
    const probe = document.createElement("i");
    probe.style.color = `var(--pst-color-${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  // What surrounds the marks follows the theme; the marks keep the colours of the specification.
  function themeConfig() {
    const text = themeColour("text-base");
    const muted = themeColour("text-muted");
    const line = themeColour("border");
    const words = { labelColor: text, titleColor: text };
    const size = { labelFontSize: 12, titleFontSize: 12 };
    return {
      below: {
        font: getComputedStyle(document.body).fontFamily,
        text: { color: text, fontSize: 12 },
        rule: { color: muted },
        view: { stroke: line },
        axis: size,
        legend: size,
        header: size,
      },
      above: {
        background: "transparent",
        axis: { ...words, domainColor: muted, tickColor: muted, gridColor: line, gridOpacity: 0.6 },
        legend: words,
        header: words,
        title: { color: text, subtitleColor: muted },
      },
    };
  }

  const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);

  function merge(below, above) {
    const result = { ...below };
    for (const [key, value] of Object.entries(above)) {
      result[key] = isObject(value) && isObject(result[key]) ? merge(result[key], value) : value;
    }
    return result;
  }

  function fitSpec(source, width) {
    const spec = structuredClone(source);
    const theme = themeConfig();
    delete spec.background;
    spec.config = merge(merge(theme.below, spec.config || {}), theme.above);
    if (width < 480) {
      spec.config.legend = { ...spec.config.legend, columns: 1, labelLimit: width - 60 };
      if (spec.projection) spec.height = Math.round(width * 0.6); // a map keeps its shape
    }
    const steps = spec.width && typeof spec.width === "object";
    const facets = ["row", "column", "facet"].some((name) => spec.encoding?.[name]);
    if ((spec.mark || spec.layer) && !steps && !facets) {
      spec.width = "container";
      spec.autosize = { type: "fit-x", contains: "padding" };
    }
    return spec;
  }

  function options() {
    const refuse = (uri) => Promise.reject(new Error("a chart of this book loads nothing: " + uri));
    const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
    const theme = root.dataset.theme === "dark" ? "dark" : "light";
    // ast: expressions are interpreted, so the page works under a content security policy without eval
    return { mode: "vega-lite", renderer: "svg", actions: false, ast: true, loader, tooltip: { theme } };
  }

  function preparePlot(box) {
    const image = box.querySelector("img");
    box.style.minHeight = Math.max(box.offsetHeight, image?.naturalHeight || 0) + "px";
    const plot = document.createElement("div");
    plot.className = "vsr-plot";
    const keys = document.createElement("p");
    keys.className = "vsr-keys";
    keys.id = box.closest("figure").id + "-keys";
    keys.textContent = box.dataset.keys;
    plot.tabIndex = 0;
    box.append(plot, keys);
    plot.addEventListener("keydown", (event) => walk(event, plot));
    plot.addEventListener("focusout", (event) => hideTooltip(event.target));
    return plot;
  }

  async function draw(box) {
    if (drawn.has(box)) return;
    drawn.set(box, null);
    let plot;
    try {
      await loadBundle();
      plot = preparePlot(box);
      await embed(box, plot);
      box.classList.add("vsr-drawn");
      widths.observe(plot);
    } catch (error) {
      plot?.nextSibling.remove();
      plot?.remove();
      console.error(`figure ${box.closest("figure").id} could not be drawn:`, error);
    }
  }

  async function embed(box, plot) {
    drawn.get(box)?.finalize();
    const source = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
    const spec = fitSpec(source, box.clientWidth);
    plot.dataset.fits = spec.width === "container" ? "yes" : "";
    plot.style.minHeight = plot.offsetHeight + "px"; // so that nothing below moves meanwhile
    drawn.set(box, await vegaEmbed(plot, spec, options()));
    plot.style.minHeight = "";
    namePlot(box, plot);
    marks(plot).forEach((mark) => mark.setAttribute("tabindex", "-1"));
  }

  // Vega calls every chart "Vega visualization": the group has the figure's alt text, the rest no name.
  function namePlot(box, plot) {
    for (const part of [plot, plot.querySelector("svg")]) {
      ["role", "aria-label", "aria-roledescription"].forEach((name) => part.removeAttribute(name));
    }
    const labels = { role: "group", "aria-label": box.dataset.alt, "aria-describedby": plot.nextSibling.id };
    Object.entries(labels).forEach(([name, value]) => plot.setAttribute(name, value));
    plot.querySelector("svg").setAttribute("role", "presentation");
  }

  // Lines, rules and value labels repeat what points and bars say: only where there is nothing else.
  function marks(plot) {
    const all = [...plot.querySelectorAll(".role-mark [aria-roledescription][role='graphics-symbol']")];
    const main = all.filter((mark) => !/^(text|line|rule|area|trail)/.test(mark.getAttribute("aria-roledescription")));
    return main.length ? main : all;
  }

  function walk(event, plot) {
    const list = marks(plot);
    const now = list.indexOf(document.activeElement);
    const last = list.length - 1;
    const next = {
      ArrowRight: Math.min(now + 1, last),
      ArrowDown: Math.min(now + 1, last),
      ArrowLeft: Math.max(now - 1, 0),
      ArrowUp: Math.max(now - 1, 0),
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") {
      hideTooltip(document.activeElement);
      plot.focus();
    } else if (next === undefined || last < 0 || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    } else {
      list[next].setAttribute("tabindex", "-1");
      list[next].focus();
      showTooltip(list[next]);
    }
    event.preventDefault();
  }

  // Vega shows the tooltip of the mark under the pointer: tell it that the pointer is on this one.
  // It listens to pointers for one thing and to the mouse for the other.
  function point(what, mark) {
    const { left, top, width, height } = mark.getBoundingClientRect();
    const event = { bubbles: true, clientX: left + width / 2, clientY: top + height / 2 };
    mark.dispatchEvent(new PointerEvent("pointer" + what, event));
    mark.dispatchEvent(new MouseEvent("mouse" + what, event));
  }
  const showTooltip = (mark) => point("move", mark);
  const hideTooltip = (mark) => mark.closest("svg") && point("out", mark);

  function redraw() {
    for (const [box, result] of drawn) {
      const plot = box.querySelector(".vsr-plot");
      if (!result || !plot) continue;
      const focused = plot.contains(document.activeElement);
      embed(box, plot)
        .then(() => focused && plot.focus())
        .catch((error) => console.error(`figure ${box.closest("figure").id}:`, error));
    }
  }

  // Vega measures the moment the window resizes, often before the page has found its new shape.
  // So look again when all is at rest, and draw anew what is not as wide as its place.
  let rest;
  function refit() {
    clearTimeout(rest);
    rest = setTimeout(() => {
      for (const [box, result] of drawn) {
        const plot = box.querySelector(".vsr-plot");
        const svg = plot?.querySelector("svg");
        if (!result || !svg || !plot.dataset.fits || Math.abs(svg.getAttribute("width") - plot.clientWidth) < 2) continue;
        embed(box, plot).catch((error) => console.error(`figure ${box.closest("figure").id}:`, error));
      }
    }, 150);
  }
  const widths = new ResizeObserver(refit);
  addEventListener("resize", refit);

  const boxes = [...document.querySelectorAll(".vsr-chart:has(> script)")];
  const near = new IntersectionObserver(
    (entries) =>
      entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
        near.unobserve(entry.target);
        draw(entry.target);
      }),
    { rootMargin: "400px 0px" },
  );
  boxes.forEach((box) => near.observe(box));
  addEventListener("beforeprint", () => boxes.forEach(draw));
  let theme = root.dataset.theme;
  new MutationObserver(() => {
    if (theme !== root.dataset.theme) redraw();
    theme = root.dataset.theme;
  }).observe(root, { attributeFilter: ["data-theme"] });
})();
