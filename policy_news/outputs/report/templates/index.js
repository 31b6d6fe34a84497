(() => {
  const ids = ["words", "entity", "label", "note", "masked", "from", "to"];
  const form = by("search");
  if (!form) return;
  const fields = Object.fromEntries(ids.map((id) => [id, by(id)]));
  const table = by("found");
  let data = null;

  const load = () => {
    if (data) return data;
    const { entities: named, notes } = JSON.parse(by("names").textContent);
    const entities = named.map(([id, name, kind, other]) => ({ id, name, kind, low: fold(`${name} ${other}`) }));
    const twice = new Set();
    const seen = new Set();
    for (const one of entities) (seen.has(one.name) ? twice : seen).add(one.name);
    for (const one of entities) one.shown = twice.has(one.name) ? `${one.name} (${one.kind}, ${one.id})` : one.name;
    const place = new Map(entities.map((one, index) => [fold(one.shown), index]));
    const rows = rowsOf();
    data = { entities, notes, rows, place, low: rows.map((row) => fold(`${row[1]} ${row[2]} ${row[7]}`)) };
    return data;
  };

  const cell = (text, kind, name) => {
    const made = element("td", String(text), kind);
    if (name) made.dataset.name = name;
    return made;
  };
  const titled = (row, copies) => {
    const made = cell("", "wide");
    const file = element("small", "", "id");
    file.append(element("bdi", row[2]));
    const who = element("small", row[8].slice(0, 4).map((index) => data.entities[index].name).join(", "), "who");
    who.dir = "auto";
    const note = row[9].map((index) => data.notes[index]).filter((words) => words !== table.dataset.copied).join("; ");
    made.append(linked(row[0], row[1]), file, who, ...(note ? [element("small", note, "note")] : []),
      alsoIn(copies, (copy) => copy[0], (copy) => `${copy[1]}${copy[3] ? `, ${copy[3]}` : ""} (${copy[2]})`));
    return made;
  };
  const show = steps(table, (row) => row[10], (row, copies) => {
    const line = element("tr");
    line.append(cell(row[3] || "no date", "day"), titled(row, copies), cell(row[4], "number", "mentions"),
      cell(row[5], "number", "claims"), cell(`${Math.round(row[6])} %`, "number", "masked"));
    return line;
  }, (groups) => {
    const found = groups.flat().length;
    return `${found} of ${data.rows.length} documents${found > groups.length ? `, ${found - groups.length} of them copies` : ""}.`;
  });

  const search = () => {
    const { entities, notes, rows, place, low } = load();
    const value = Object.fromEntries(ids.map((id) => [id, fields[id].value.trim()]));
    const wanted = value.entity ? place.get(fold(value.entity)) ?? -1 : null;
    const note = value.note ? notes.indexOf(value.note) : null;
    const least = value.masked === "0" ? null : Number(value.masked);
    const finds = finders(value.words);
    const named = finds.map((find) => entities.map((one) => find(one.low)));
    show(rows.filter((row, at) =>
      (wanted === null || row[8].includes(wanted)) && (note === null || row[9].includes(note)) &&
      (!value.label || row[8].some((index) => entities[index].kind === value.label)) &&
      (!value.masked || (least === null ? row[6] === 0 : row[6] > 0 && row[6] >= least)) &&
      (!value.from || row[3] >= value.from) && (!value.to || (row[3] && row[3] <= value.to)) &&
      finds.every((find, term) => find(low[at]) || row[8].some((index) => named[term][index]))));
    if (wanted === -1) by("state").textContent = `No entity is called "${value.entity}": choose one from the list.`;
  };

  const suggest = () => {
    const typed = fold(fields.entity.value.trim());
    const fits = load().entities.filter((one) => one.low.includes(typed)).slice(0, 30);
    by("entity-names").replaceChildren(...fits.map((one) => {
      const option = element("option");
      option.value = one.shown;
      option.label = one.kind;
      return option;
    }));
  };

  const keys = new RegExp(`^#(?:${ids.join("|")})=`);
  const remember = () => {
    const one = data.entities[data.place.get(fold(fields.entity.value.trim()))];
    const pairs = ids.map((id) => [id, id === "entity" ? one && one.id : fields[id].value.trim()]).filter((pair) => pair[1]);
    const wanted = pairs.map(([id, value]) => `${id}=${encodeURIComponent(value)}`).join("&");
    if (wanted || keys.test(location.hash)) history.replaceState(null, "", `#${wanted || "documents"}`);
  };
  const follow = () => {
    if (!keys.test(location.hash)) return;
    const wanted = new URLSearchParams(location.hash.slice(1));
    form.reset();
    let unknown = false;
    for (const id of ids) {
      const one = id === "entity" && load().entities.find((other) => other.id === wanted.get(id));
      fields[id].value = one ? one.shown : id === "entity" ? "" : wanted.get(id) || "";
      unknown ||= Boolean(wanted.get(id)) && !fields[id].value;
    }
    search();
    if (unknown) show([]);
    by("documents").scrollIntoView();
    fields.words.focus({ preventScroll: true });
  };

  const renew = () => { search(); remember(); };
  fields.words.addEventListener("input", soon(renew));
  fields.entity.addEventListener("input", () => { suggest(); soon(renew)(); });
  fields.entity.addEventListener("focus", suggest);
  for (const id of ids.slice(2)) fields[id].addEventListener("change", renew);
  form.addEventListener("submit", (event) => { event.preventDefault(); renew(); });
  by("clear").addEventListener("click", () => { form.reset(); renew(); });
  addEventListener("hashchange", follow);
  form.hidden = false;
  search();
  follow();
})();
