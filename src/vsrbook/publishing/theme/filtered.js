/* Filters lists (figures/filtered_list.py): a form of choices, how many entries each choice leaves, and the
   choice in the address, so that a link shows it. Nothing but the address knows it, and using the form moves
   nothing but the list. Text of the page never becomes markup. */
(() => {
  "use strict";
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\p{M}'’]/gu, "");
  const fill = (words, parts) => words.replace(/\{(\w+)\}/g, (all, key) => parts[key] ?? all);
  const write = (number) => number.toLocaleString(document.documentElement.lang || undefined);

  function start(box) {
    const words = JSON.parse(box.dataset.words);
    const form = box.querySelector("form");
    const status = box.querySelector("[role=status]");
    const sections = [...box.querySelectorAll("section")];
    const find = form.elements.namedItem("find");
    const facets = [...form.querySelectorAll("select")].map((select) => ({
      key: select.name,
      label: select.parentElement.firstChild.data.trim(),
      select,
      names: new Map([...select.options].filter((one) => one.value).map((one) => [one.value, one.text])),
    }));
    const entries = [...box.querySelectorAll("[data-values]")].map((element) => {
      const values = new URLSearchParams(element.dataset.values);
      const named = facets.flatMap(({ key, names }) => values.getAll(key).map((value) => names.get(value)));
      return { element, values, kind: element.dataset.kind, text: fold([element.textContent, ...named].join(" ")) };
    });
    let waiting;

    const chosen = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    const fits = ({ values }, { key, select }) => !select.value || values.getAll(key).includes(select.value);

    // ---------- the list ----------

    function show() {
      const asked = fold(find.value).split(/\s+/).filter(Boolean);
      const found = entries.filter(({ text }) => asked.every((word) => text.includes(word)));
      const shown = found.filter((entry) => facets.every((facet) => fits(entry, facet)));
      for (const entry of entries) entry.element.hidden = !shown.includes(entry);
      for (const section of sections) section.hidden = !section.querySelector("[data-values]:not([hidden])");
      for (const facet of facets) count(facet, found);
      return shown;
    }

    // What each choice would leave, with all others as they are.
    function count(facet, found) {
      const left = found.filter((entry) => facets.every((other) => other === facet || fits(entry, other)));
      for (const option of facet.select.options) {
        if (!option.value) continue;
        const n = left.filter(({ values }) => values.getAll(facet.key).includes(option.value)).length;
        option.text = fill(words.option, { name: facet.names.get(option.value), n: write(n) });
      }
    }

    function say(shown) {
      const counts = Object.entries(words.counted).map(([kind, said]) => {
        const number = (some) => write(some.filter((entry) => entry.kind === kind).length);
        return fill(said, { n: number(shown), all: number(entries) });
      });
      const choices = facets
        .filter(({ select }) => select.value)
        .map(({ label, select, names }) => fill(words.chosen, { facet: label, choice: names.get(select.value) }));
      if (find.value.trim()) choices.push(fill(words.chosen, { facet: words.find, choice: find.value.trim() }));
      const none = shown.length ? [] : [words.none];
      const said = [fill(words.shown, { counts: counts.join(", ") }), ...choices, ...none].join(" ");
      if (status.textContent !== said) status.textContent = said;
    }

    function change() {
      say(show());
      const asked = chosen().toString();
      history.replaceState(null, "", `#${box.id}${asked ? `?${asked}` : ""}`);
    }

    // ---------- addresses ----------

    function parse(hash) {
      const [name, asked] = hash.slice(1).split(/\?(.*)/s);
      return name === box.id ? new URLSearchParams(asked ?? "") : null;
    }

    function choose(asked) {
      for (const { key, select, names } of facets) select.value = names.has(asked.get(key)) ? asked.get(key) : "";
      find.value = (asked.get("find") ?? "").slice(0, find.maxLength);
      say(show());
    }

    // As any link within a page: what is read next is the list.
    function go(hash) {
      location.hash = box.id;
      history.replaceState(null, "", hash);
    }

    function follow() {
      const asked = location.hash ? parse(location.hash) : new URLSearchParams();
      if (asked && asked.toString() !== chosen().toString()) choose(asked);
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", change);
    find.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(change, 250); // what is said of each letter is not heard to its end
    });
    form.querySelector("button").addEventListener("click", () => {
      form.reset();
      change();
    });
    for (const link of document.querySelectorAll("a[data-select]")) {
      const asked = parse(link.dataset.select);
      if (!asked) continue;
      link.setAttribute("href", link.dataset.select);
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        choose(asked);
        go(link.dataset.select);
      });
    }
    addEventListener("hashchange", follow);

    form.hidden = false;
    const asked = parse(location.hash);
    choose(asked ?? new URLSearchParams());
    if (asked) box.scrollIntoView();
    box.dataset.started = "yes";
  }

  for (const box of document.querySelectorAll(".vsr-filtered")) start(box);
})();
