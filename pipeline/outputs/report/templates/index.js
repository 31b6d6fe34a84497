"use strict";
(() => {
  const by = (id) => document.getElementById(id);
  const [form, words, entity, label, type, from, to] = ["search", "words", "entity", "label", "type", "from", "to"].map(by);
  const table = by("found");
  if (!table) return;
  const SHOWN_NAMES = 4;
  const body = table.tBodies[0];
  const size = Number(table.dataset.rows);
  let data = null;
  let found = [];
  let page = 0;

  const load = () => {
    if (data) return data;
    const names = JSON.parse(by("names").textContent);
    const rows = [...document.querySelectorAll("script.rows")].flatMap((part) => JSON.parse(part.textContent));
    const entities = names.entities.map(([id, name, kind, forms]) => ({ id, name, kind, low: `${name} ${forms}`.toLowerCase() }));
    const twice = new Set();
    const seen = new Set();
    for (const one of entities) (seen.has(one.name) ? twice : seen).add(one.name);
    for (const one of entities) one.shown = twice.has(one.name) ? `${one.name} (${one.kind}, ${one.id})` : one.name;
    const place = new Map(entities.map((one, index) => [one.shown.toLowerCase(), index]));
    data = { entities, types: names.types, rows, place };
    return data;
  };

  const cell = (text, kind, name) => {
    const made = document.createElement("td");
    made.className = kind;
    if (name) made.dataset.name = name;
    made.textContent = text;
    return made;
  };

  const titled = (row) => {
    const made = cell("", "wide");
    const link = document.createElement("a");
    link.href = row[0];
    const [title, id, note, who] = ["bdi", "bdi", "small", "small"].map((kind) => document.createElement(kind));
    title.textContent = row[1];
    id.textContent = row[2];
    link.append(title);
    note.append(id);
    [note.className, who.className, who.dir] = ["id", "who", "auto"];
    who.textContent = row[8].slice(0, SHOWN_NAMES).map((index) => data.entities[index].name).join(", ");
    made.append(link, note, who);
    return made;
  };

  const show = () => {
    const first = page * size;
    const shown = found.slice(first, first + size);
    body.replaceChildren(...shown.map((row) => {
      const line = document.createElement("tr");
      line.append(cell(row[3] || "no date", "day"), titled(row), cell(row[4], "number", "mentions"),
        cell(row[5], "number", "claims"), cell(row[6], "number", "masked"));
      return line;
    }));
    const range = found.length > size ? ` Shown: ${first + 1} to ${first + shown.length}.` : "";
    by("state").textContent = `${found.length} of ${data.rows.length} documents.${range}`;
    by("turn").hidden = found.length <= size;
    by("back").disabled = page === 0;
    by("next").disabled = first + size >= found.length;
  };

  const search = () => {
    const { entities, types, rows, place } = load();
    const terms = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = entity.value.trim() ? place.get(entity.value.trim().toLowerCase()) : null;
    const kind = label.value;
    const [first, last] = [from.value, to.value];
    const claimed = type.value ? types.indexOf(type.value) : null;
    const named = terms.map((term) => entities.map((one) => one.low.includes(term)));
    found = rows.filter((row) =>
      (wanted === null || row[8].includes(wanted)) &&
      (!kind || row[8].some((index) => entities[index].kind === kind)) &&
      (claimed === null || row[9].includes(claimed)) &&
      (!first || row[3] >= first) && (!last || (row[3] && row[3] <= last)) &&
      terms.every((term, at) => `${row[1]} ${row[2]} ${row[7]}`.toLowerCase().includes(term) || row[8].some((index) => named[at][index])));
    page = 0;
    show();
    if (wanted === undefined) by("state").textContent = `No entity is called "${entity.value.trim()}": choose one from the list.`;
  };

  const suggest = () => {
    const typed = entity.value.trim().toLowerCase();
    const fits = load().entities.filter((one) => one.low.includes(typed)).slice(0, 30);
    by("entity-names").replaceChildren(...fits.map((one) => {
      const option = document.createElement("option");
      option.value = one.shown;
      option.label = one.kind;
      return option;
    }));
  };

  const state = () => {
    const one = data.entities[data.place.get(entity.value.trim().toLowerCase())];
    const values = { words: words.value.trim(), entity: one ? one.id : "", label: label.value, type: type.value, from: from.value, to: to.value };
    return Object.entries(values).filter((pair) => pair[1]).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
  };

  const remember = () => {
    const wanted = state();
    if (wanted || keys.test(location.hash)) history.replaceState(null, "", `#${wanted || "documents"}`);
  };

  const keys = /^#(?:words|entity|label|type|from|to)=/;
  const follow = () => {
    if (!keys.test(location.hash)) return;
    const wanted = new URLSearchParams(location.hash.slice(1));
    form.reset();
    const one = wanted.has("entity") && load().entities.find((other) => other.id === wanted.get("entity"));
    if (one) entity.value = one.shown;
    const unknown = wanted.has("entity") && !one ? ["entity"] : [];
    for (const field of [words, label, type, from, to]) {
      field.value = wanted.get(field.id) || "";
      if (wanted.get(field.id) && !field.value) unknown.push(field.id);
    }
    search();
    if (unknown.length) {
      found = [];
      show();
    }
    by("documents").scrollIntoView();
    words.focus({ preventScroll: true });
  };

  const renew = () => {
    search();
    remember();
  };

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(renew, 120);
  };
  words.addEventListener("input", soon);
  entity.addEventListener("input", () => { suggest(); soon(); });
  entity.addEventListener("focus", suggest);
  for (const field of [label, type, from, to]) field.addEventListener("change", renew);
  form.addEventListener("submit", (event) => { event.preventDefault(); renew(); });
  by("clear").addEventListener("click", () => { form.reset(); renew(); });
  by("back").addEventListener("click", () => { page -= 1; show(); table.scrollIntoView(); });
  by("next").addEventListener("click", () => { page += 1; show(); table.scrollIntoView(); });
  addEventListener("hashchange", follow);
  form.hidden = false;
  if (Number(table.dataset.all) > size) search();
  follow();
})();
