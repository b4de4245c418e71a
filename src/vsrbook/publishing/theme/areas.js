/* Finds areas on the page of all areas: search, filters, order, and a map in five classes. What it needs is
   in areas-data.js, in by-<n>.js (the values of an indicator, loaded when it is chosen) and, where the map is
   large, in map.js: scripts, because a page on a disk may load nothing else. Text of the data never becomes
   markup. */
(() => {
  "use strict";
  const CLASSES = 5;
  const SVG = "http://www.w3.org/2000/svg";
  const PLAIN = { ø: "o", ł: "l", đ: "d", ð: "d", ı: "i", æ: "ae", œ: "oe", þ: "th", ß: "ss" };

  // As fold_name in maps/matching.py does it.
  const fold = (text) =>
    text
      .toLowerCase()
      .replace(/[øłđðıæœþß]/g, (letter) => PLAIN[letter])
      .normalize("NFKD")
      .replace(/[\p{M}'’‘`´ʻʼ]/gu, "")
      .replace(/[\s_\u2010-\u2015\u2212-]+/g, " ")
      .trim();

  const fill = (words, parts) => words.replace(/\{(\w+)\}/g, (all, key) => parts[key] ?? all);

  function make(tag, text, name) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  }

  function start() {
    const data = window.vsrAreas;
    const box = document.getElementById("vsr-areas");
    if (!data || !box || box.dataset.started) return;
    box.dataset.started = "yes";
    const { words } = data;
    const form = box.querySelector("form");
    const pick = (key) => form.elements.namedItem(key)?.value ?? "";
    const count = box.querySelector(".vsr-areas-count");
    const head = box.querySelector("thead tr");
    const body = box.querySelector("tbody");
    const more = box.querySelector(".vsr-areas-more");
    const direction = box.querySelector(".vsr-areas-direction");
    const all = data.codes.map((_, n) => n);
    const names = data.names.map(fold);
    const codes = data.codes.map(fold);
    const loaded = new Map(); // indicator -> { values, suppressed }
    let chosen = null; // the indicator shown
    let order = all; // every area, sorted
    let found = all; // those that are searched for
    let shown = data.page;

    // ---------- numbers and values ----------

    const formats = [0, 2, 4].map(
      (digits) => new Intl.NumberFormat(document.documentElement.lang || undefined, { maximumFractionDigits: digits }),
    );

    function write(number) {
      const size = Math.abs(number);
      return formats[size >= 1000 ? 0 : size >= 1 ? 1 : 2].format(number);
    }

    function say(n, unit) {
      const value = loaded.get(chosen).values[n];
      if (value !== null) return unit ? `${write(value)}\u00a0${unit}`.trim() : write(value);
      return loaded.get(chosen).suppressed.has(n) ? words.suppressed : words.missing;
    }

    function describe(n) {
      return chosen === null ? data.names[n] : `${data.names[n]}: ${say(n, data.indicators[chosen].unit)}`;
    }

    // Adds a script; `take` gives what it has set, if that is of this edition: in a cache there may be another's.
    function load(file, take) {
      return new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${file}?v=${data.version}`;
        script.onload = () => {
          script.remove();
          const given = take();
          given?.key === data.key ? resolve(given) : reject(new Error(`${file} is of another edition`));
        };
        script.onerror = () => reject(new Error(`cannot load ${file}`));
        document.head.append(script);
      });
    }

    // ---------- the list ----------

    function makeRow(n) {
      const row = make("tr");
      const name = make("th");
      const link = make("a", data.names[n]);
      name.scope = "row";
      link.href = `${data.pages[n] ?? data.codes[n]}.html`;
      name.append(link);
      if (data.levels.length) name.append(" ", make("small", data.levels[data.level[n]]));
      row.append(name);
      if (chosen !== null) {
        row.append(make("td", say(n, data.indicators[chosen].unit.startsWith("%") ? "%" : ""), "vsr-number"));
      }
      if (data.parents.length) row.append(make("td", data.parents[data.parent[n]]));
      if (data.population.length) {
        const people = data.population[n];
        row.append(make("td", people === null ? words.missing : write(people), "vsr-number"));
      }
      if (data.sizes.length) row.append(make("td", data.sizes[data.size[n]]));
      return row;
    }

    function showHead() {
      head.querySelector(".vsr-areas-value")?.remove();
      const said = chosen === null ? "" : words[data.indicators[chosen].direction];
      direction.textContent = said || "";
      direction.hidden = !said;
      if (chosen === null) return;
      const cell = make("th", data.indicators[chosen].title, "vsr-number vsr-areas-value");
      cell.scope = "col";
      head.firstElementChild.after(cell); // beside the name: at its end a phone would not show it
    }

    function showCount() {
      const end = Math.min(shown, found.length);
      const parts = { count: write(found.length), all: write(all.length), areas: words.areas, shown: write(end) };
      count.textContent = fill(end < found.length ? words.listed : words.count, parts);
      more.hidden = end >= found.length;
      more.textContent = fill(words.more, { count: write(Math.min(data.page, found.length - end)) });
    }

    function show() {
      body.replaceChildren(...found.slice(0, shown).map(makeRow));
      showCount();
    }

    function showMore() {
      const from = shown;
      shown += data.page;
      const rows = found.slice(from, shown).map(makeRow);
      body.append(...rows);
      showCount();
      // where the button goes, the focus is not to be lost with it
      if (more.hidden) rows[0]?.querySelector("a").focus();
    }

    // ---------- searching and sorting ----------

    // Sorted by value, then by name; what has no value comes last either way.
    function sort() {
      const by = pick("by");
      const sign = pick("order") === "down" ? -1 : 1;
      if (by === "name") return sign > 0 ? all : [...all].reverse();
      const values = by === "population" ? data.population : loaded.get(chosen).values;
      const known = all.filter((n) => values[n] !== null);
      const lacking = all.filter((n) => values[n] === null);
      return [...known.sort((a, b) => sign * (values[a] - values[b]) || a - b), ...lacking];
    }

    function search() {
      const query = fold(pick("query"));
      const parent = data.parents.indexOf(pick("parent"));
      const size = data.sizes.indexOf(pick("size"));
      const first = [];
      const rest = [];
      for (const n of order) {
        if (parent >= 0 && data.parent[n] !== parent) continue;
        if (size >= 0 && data.size[n] !== size) continue;
        if (!query || names[n].startsWith(query) || codes[n].startsWith(query)) first.push(n);
        else if (names[n].includes(query) || codes[n].includes(query)) rest.push(n);
      }
      found = first.concat(rest);
      shown = data.page;
      show();
      map?.fade();
    }

    function choose(indicator) {
      chosen = indicator;
      order = sort();
      showHead();
      search();
      map?.paint();
    }

    function changeOrder() {
      const by = pick("by");
      if (by === "name" || by === "population") return choose(null);
      const indicator = Number(by);
      if (loaded.has(indicator)) return choose(indicator);
      load(`by-${by}.js`, () => window.vsrAreaValues?.[by])
        .then((given) => {
          loaded.set(indicator, { values: given.values, suppressed: new Set(given.suppressed) });
          if (pick("by") === by) choose(indicator);
        })
        .catch((error) => {
          console.error(error);
          if (pick("by") !== by) return;
          form.elements.namedItem("by").value = "name";
          choose(null);
          count.textContent = words.failed;
        });
    }

    const groups = [...form.querySelectorAll("optgroup")];

    // An option that is only hidden is still there in Safari: those of other goals are taken out.
    function limitGoal() {
      const by = form.elements.namedItem("by");
      const before = by.value;
      const goal = pick("goal");
      groups.forEach((group) => group.remove());
      by.append(...groups.filter((group) => !goal || group.dataset.goal === goal));
      by.value = before;
      if (by.value !== before) {
        by.value = "name";
        changeOrder();
      }
    }

    // ---------- the map ----------

    const canvas = box.querySelector(".vsr-areas-canvas");
    let map = canvas && makeMap();

    function makeMap() {
      const svg = canvas.querySelector("svg");
      const layer = svg.querySelector("g");
      const here = svg.querySelector(".vsr-areas-here");
      const readout = box.querySelector(".vsr-areas-readout");
      const legend = box.querySelector(".vsr-areas-legend");
      const links = new Map(); // area -> its link
      let stop; // the link that the tab key reaches
      let pointed = null; // the one below the pointer, or with the focus
      let centres; // area -> [x, y]
      let waiting;

      const areaOf = (target) => target.closest?.("a[data-n]");
      const pathOf = (link) => link.lastElementChild;

      function draw([n, path]) {
        const link = document.createElementNS(SVG, "a");
        const title = document.createElementNS(SVG, "title");
        const shape = document.createElementNS(SVG, "path");
        title.textContent = data.names[n];
        shape.setAttribute("d", path);
        link.setAttribute("href", `${data.pages[n] ?? data.codes[n]}.html`);
        link.setAttribute("tabindex", "-1");
        link.setAttribute("aria-hidden", "true");
        link.dataset.n = n;
        link.append(title, shape);
        return link;
      }

      function begin() {
        for (const link of layer.querySelectorAll("a")) links.set(Number(link.dataset.n), link);
        svg.classList.toggle("vsr-many", links.size > 1000);
        if (links.size) moveStop(links.get(Math.min(...links.keys())));
        paint();
        if (found !== all) fade();
      }

      // One link of the map is a stop of the tab key and read out; the arrow keys move it.
      function moveStop(link) {
        stop?.setAttribute("tabindex", "-1");
        stop?.setAttribute("aria-hidden", "true");
        stop = link;
        stop.setAttribute("tabindex", "0");
        stop.removeAttribute("aria-hidden");
        stop.setAttribute("aria-label", describe(Number(link.dataset.n)));
      }

      function point(link) {
        pointed = link;
        here.setAttribute("d", link ? pathOf(link).getAttribute("d") : "");
        readout.textContent = link ? describe(Number(link.dataset.n)) : "";
      }

      function findCentre(link) {
        const { x, y, width, height } = pathOf(link).getBBox();
        return [x + width / 2, y + height / 2];
      }

      // The nearest area that way: what lies aside counts twice.
      function findNext(link, right, down) {
        centres ??= new Map([...links.values()].map((one) => [one, findCentre(one)]));
        const [x, y] = centres.get(link);
        let best = null;
        let least = Infinity;
        for (const [other, place] of centres) {
          const ahead = (place[0] - x) * right + (place[1] - y) * down;
          const aside = Math.abs((place[0] - x) * down) + Math.abs((place[1] - y) * right);
          if (ahead > 0.05 && ahead + 2 * aside < least) {
            least = ahead + 2 * aside;
            best = other;
          }
        }
        return best;
      }

      function press(event) {
        const link = areaOf(event.target);
        const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
        if (!link || !steps[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        const next = findNext(link, ...steps[event.key]);
        if (!next) return;
        moveStop(next);
        next.focus({ preventScroll: true });
      }

      // Five classes with as many areas each as equal values allow: equal values are never in two classes.
      function classify(values) {
        const known = values.filter((value) => value !== null).sort((a, b) => a - b);
        const cuts = [];
        for (let at = 1; at < CLASSES; at++) {
          const cut = known[Math.floor((at * known.length) / CLASSES)];
          if (cut > (cuts.at(-1) ?? known[0])) cuts.push(cut);
        }
        return (value) => cuts.filter((cut) => value >= cut).length;
      }

      function paint() {
        point(pointed);
        if (stop) stop.setAttribute("aria-label", describe(Number(stop.dataset.n)));
        if (chosen === null) {
          for (const link of links.values()) pathOf(link).removeAttribute("class");
          legend.replaceChildren();
          svg.setAttribute("aria-label", `${words.map}. ${words.keys}`);
          return;
        }
        const { values, suppressed } = loaded.get(chosen);
        const find = classify(values);
        const kinds = all.map((n) => (values[n] !== null ? find(values[n]) : suppressed.has(n) ? "suppressed" : "missing"));
        for (const [n, link] of links) pathOf(link).setAttribute("class", `vsr-class-${kinds[n]}`);
        showLegend(values, kinds);
        svg.setAttribute("aria-label", `${data.indicators[chosen].title}. ${sayEnds(values)} ${words.keys}`);
      }

      function showLegend(values, kinds) {
        const list = make("ul");
        for (const kind of [...Array(CLASSES).keys(), "missing", "suppressed"]) {
          const inside = all.filter((n) => kinds[n] === kind);
          if (!inside.length) continue;
          const numbers = inside.map((n) => values[n]);
          const low = write(numbers.reduce((a, b) => Math.min(a, b)));
          const high = write(numbers.reduce((a, b) => Math.max(a, b)));
          const range = low === high ? low : fill(words.range, { low, high });
          const item = make("li");
          item.append(make("i", "", `vsr-swatch vsr-class-${kind}`), `${words[kind] ?? range} (${write(inside.length)})`);
          list.append(item);
        }
        legend.replaceChildren(make("p", data.indicators[chosen].title), list, make("p", words.legend));
      }

      function sayEnds(values) {
        const known = all.filter((n) => values[n] !== null);
        if (!known.length) return "";
        const name = (best) => {
          const same = known.filter((n) => values[n] === values[best]);
          if (same.length === 1) return describe(best);
          return fill(words.shared, { name: describe(best), count: write(same.length - 1) });
        };
        const low = known.reduce((a, b) => (values[b] < values[a] ? b : a));
        const high = known.reduce((a, b) => (values[b] > values[a] ? b : a));
        return fill(words.ends, { low: name(low), high: name(high) });
      }

      // Areas that are not searched for fade; a map of thousands waits until typing rests.
      function fade() {
        clearTimeout(waiting);
        waiting = setTimeout(() => {
          const kept = new Set(found);
          for (const [n, link] of links) link.classList.toggle("vsr-faded", !kept.has(n));
        }, 200);
      }

      svg.addEventListener("pointerover", (event) => point(areaOf(event.target)));
      svg.addEventListener("pointerleave", () => point(areaOf(document.activeElement)));
      svg.addEventListener("focusin", (event) => {
        const link = areaOf(event.target);
        if (link !== stop) moveStop(link); // by a click
        point(link);
      });
      svg.addEventListener("focusout", () => point(null));
      svg.addEventListener("keydown", press);
      return { begin, paint, fade, take: (paths) => layer.replaceChildren(...paths.map(draw)) };
    }

    function loadMap() {
      load("map.js", () => window.vsrAreaMap)
        .then((given) => {
          map.take(given.paths);
          map.begin();
        })
        .catch((error) => console.error(error));
    }

    function startMap() {
      if (!map) return;
      if (!data.map) return map.begin();
      const near = new IntersectionObserver((seen) => {
        if (!seen.some((one) => one.isIntersecting)) return;
        near.disconnect();
        setTimeout(loadMap); // the form answers first
      });
      near.observe(canvas);
    }

    // ---------- events ----------

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      const { name } = event.target;
      if (name === "goal") limitGoal();
      else if (name === "by" || name === "order") changeOrder();
      else search();
    });
    more.addEventListener("click", showMore);
    // on paper there is no button for more
    addEventListener("beforeprint", () => body.replaceChildren(...found.map(makeRow)));
    addEventListener("afterprint", show);
    form.querySelector("fieldset").disabled = false;
    more.disabled = false;
    startMap();
  }

  if (window.vsrAreas) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
