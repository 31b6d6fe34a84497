"use strict";
// What the searches of several pages need; rows come from the page, never as markup.
const by = (id) => document.getElementById(id);
const rowsOf = () => [...document.querySelectorAll("script.rows")].flatMap((part) => JSON.parse(part.textContent));
const element = (kind, text, name) => {
  const made = document.createElement(kind);
  if (text) made.textContent = text;
  if (name) made.className = name;
  return made;
};
const linked = (address, text) => {
  const made = element("a");
  made.href = address;
  made.append(element("bdi", text));
  return made;
};
// Ligatures, accents and capitals do not matter.
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
// Other forms of a word: `denied` also finds `denies`.
const ENDINGS = [["ies", "y"], ["ied", "y"], ["ying", "y"], ["ing", "", "e"], ["ed", "", "e"], ["es", "", "e"], ["s", ""]];
const forms = (word) => {
  const [ending, ...others] = ENDINGS.find(([one]) => word.endsWith(one) && word.length > one.length + 2) || ["", ""];
  return others.map((other) => word.slice(0, word.length - ending.length) + other).flatMap((base) =>
    /[^aeiou]y$/.test(base) ? [base, `${base.slice(0, -1)}ies`, `${base.slice(0, -1)}ied`, `${base}ing`]
      : base.endsWith("e") ? [base, `${base}s`, `${base}d`, `${base.slice(0, -1)}ing`]
        : [base, `${base}s`, `${base}es`, `${base}ed`, `${base}ing`]);
};
const finders = (query) => fold(query).split(/\s+/).filter(Boolean).map((term) => {
  if (!/^[a-z]{3,}$/.test(term)) return (low) => low.includes(term);
  const whole = new RegExp(`(?<!\\p{L})(?:${forms(term).join("|")})(?!\\p{L})`, "u");
  return (low) => low.includes(term) || whole.test(low);
});
// A table in steps; rows of one group are one line, with the others named in it.
const steps = (table, groupOf, line, say) => {
  const size = matchMedia("(max-width: 44rem)").matches ? 10 : Number(table.dataset.rows);
  let groups = [];
  let page = 0;
  const show = () => {
    const first = page * size;
    const shown = groups.slice(first, first + size);
    table.tBodies[0].replaceChildren(...shown.map((group) => line(group[0], group.slice(1))));
    by("state").textContent = say(groups) + (groups.length > size ? ` Shown: ${first + 1} to ${first + shown.length}.` : "");
    by("turn").hidden = groups.length <= size;
    by("back").disabled = page === 0;
    by("next").disabled = first + size >= groups.length;
  };
  const turn = (step) => { page += step; show(); table.scrollIntoView(); };
  by("back").addEventListener("click", () => turn(-1));
  by("next").addEventListener("click", () => turn(1));
  return (found) => {
    const made = new Map();
    for (const row of found) made.has(groupOf(row)) ? made.get(groupOf(row)).push(row) : made.set(groupOf(row), [row]);
    groups = [...made.values()];
    page = 0;
    show();
  };
};
const alsoIn = (others, address, name) => {
  const note = element("small", "", "link");
  others.slice(0, 5).forEach((row, at) => note.append(at ? "; " : "also in ", linked(address(row), name(row))));
  if (others.length > 5) note.append(`; and ${others.length - 5} more`);
  return note;
};
let waiting = 0;
const soon = (work) => () => { clearTimeout(waiting); waiting = setTimeout(work, 120); };
