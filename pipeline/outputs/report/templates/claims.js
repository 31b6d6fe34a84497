"use strict";
(() => {
  const by = (id) => document.getElementById(id);
  const form = by("search");
  if (!form) return;
  const ids = ["words", "source", "about", "type", "polarity", "relation", "score", "from", "to"];
  const fields = Object.fromEntries(ids.map((id) => [id, by(id)]));
  const table = by("found");
  const body = table.tBodies[0];
  const size = Number(table.dataset.rows);
  const lists = JSON.parse(by("names").textContent);
  const rows = [...document.querySelectorAll("script.rows")].flatMap((part) => JSON.parse(part.textContent));
  const low = rows.map((row) => [`${row[5]} ${row[6]}`, row[2], row[7].join(", ")].map((text) => text.toLowerCase()));
  let found = [];
  let page = 0;

  const element = (kind, text, name) => {
    const made = document.createElement(kind);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  };

  const linked = (address, ...parts) => {
    const made = element("a");
    made.href = address;
    parts.filter(Boolean).forEach((part, index) => made.append(index ? " " : "", element("bdi", part)));
    return made;
  };

  const claim = (row) => {
    const made = element("td", "", "wide");
    made.append(linked(row[0], row[5], row[6] || "(no content)"));
    for (const [relation, address, source, words, score] of row[9]) {
      const note = element("small", `${lists.relations[relation]}${score && ` (${score})`} `, "link");
      note.append(linked(address, source && `${source}:`, words));
      made.append(note);
    }
    return made;
  };

  const line = (row) => {
    const made = element("tr");
    const source = element("td");
    source.append(element("bdi", row[2] || "(none)"));
    const about = element("td", row[7].join(", "));
    about.dir = "auto";
    const score = element("td", row[8].toFixed(2), "number");
    score.dataset.name = "score";
    made.append(element("td", row[1] || "no date", "day"), element("td", lists.types[row[3]]), source, claim(row), about, score);
    return made;
  };

  const show = () => {
    const first = page * size;
    const shown = found.slice(first, first + size);
    body.replaceChildren(...shown.map(line));
    const range = found.length > size ? ` Shown: ${first + 1} to ${first + shown.length}.` : "";
    by("state").textContent = `${found.length} of ${rows.length} claims.${range}`;
    by("turn").hidden = found.length <= size;
    by("back").disabled = page === 0;
    by("next").disabled = first + size >= found.length;
  };

  const search = () => {
    const value = Object.fromEntries(ids.map((id) => [id, fields[id].value.trim()]));
    const terms = value.words.toLowerCase().split(/\s+/).filter(Boolean);
    const [source, about] = [value.source.toLowerCase(), value.about.toLowerCase()];
    const type = value.type ? lists.types.indexOf(value.type) : null;
    const relation = value.relation ? lists.relations.indexOf(value.relation) : null;
    found = rows.filter((row, at) =>
      (type === null || row[3] === type) && (!value.polarity || row[4] === value.polarity) &&
      (relation === null || row[9].some((link) => link[0] === relation)) &&
      (!value.score || row[8] >= Number(value.score)) &&
      (!value.from || row[1] >= value.from) && (!value.to || (row[1] && row[1] <= value.to)) &&
      (!source || low[at][1].includes(source)) && (!about || low[at][2].includes(about)) &&
      terms.every((term) => low[at][0].includes(term)));
    page = 0;
    show();
  };

  const remember = () => {
    const wanted = ids.filter((id) => fields[id].value.trim()).map((id) => `${id}=${encodeURIComponent(fields[id].value.trim())}`);
    history.replaceState(null, "", `#${wanted.join("&") || "main"}`);
  };

  const renew = () => { search(); remember(); };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(renew, 120); };
  const follow = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    form.reset();
    for (const id of ids) if (wanted.get(id)) fields[id].value = wanted.get(id);
    search();
  };

  for (const id of ["words", "source", "about"]) fields[id].addEventListener("input", soon);
  for (const id of ["type", "polarity", "relation", "score", "from", "to"]) fields[id].addEventListener("change", renew);
  form.addEventListener("submit", (event) => { event.preventDefault(); renew(); });
  by("clear").addEventListener("click", () => { form.reset(); renew(); });
  by("back").addEventListener("click", () => { page -= 1; show(); table.scrollIntoView(); });
  by("next").addEventListener("click", () => { page += 1; show(); table.scrollIntoView(); });
  addEventListener("hashchange", follow);
  form.hidden = false;
  follow();
})();
