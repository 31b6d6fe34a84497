(() => {
  const form = by("search");
  if (!form) return;
  const ids = ["words", "source", "about", "type", "polarity", "outlet", "relation", "score", "from", "to"];
  const fields = Object.fromEntries(ids.map((id) => [id, by(id)]));
  const lists = JSON.parse(by("names").textContent);
  const rows = rowsOf();
  const low = rows.map((row) => [row[7], row[4], row[8].join(", ")].map(fold));
  const reports = new Map();
  for (const row of rows) reports.set(row[11], (reports.get(row[11]) || new Set()).add(row[0]));
  const again = lists.relations.length - 1;
  const page = (row) => `${lists.documents[row[0]][0]}#claim-${row[1]}`;

  const claim = (row, copies) => {
    const made = element("td", "", "wide");
    made.append(linked(page(row), row[7]));
    for (const [relation, address, words, score] of row[10]) {
      const note = element("small", `${lists.relations[relation]}${score && ` (${score})`} `, "link");
      note.append(linked(address, words));
      made.append(note);
    }
    const others = [...new Map(copies.filter((copy) => copy[0] !== row[0]).map((copy) => [copy[0], copy])).values()];
    made.append(alsoIn(others, page, (copy) => lists.documents[copy[0]][1]));
    if (lists.voices[row[11]]) {
      const voices = element("small", lists.voices[row[11]], "link");
      voices.title = "these articles only; nothing of truth";
      made.append(voices);
    }
    return made;
  };
  const show = steps(by("found"), (row) => row[11], (row, copies) => {
    const made = element("tr");
    const source = element("td");
    source.append(element("bdi", row[4] || "no source"));
    const about = element("td", row[8].join(", "));
    about.dir = "auto";
    const score = element("td", row[9].toFixed(2), "number");
    score.dataset.name = "score";
    made.append(element("td", row[3] || row[2] || "no date", "day"), element("td", lists.types[row[5]]), source, claim(row, copies), about, score);
    return made;
  }, (groups) => {
    const found = groups.flat().length;
    return `${groups.length} of ${reports.size} statements${found > groups.length ? `, in ${found} claims` : ""}.`;
  });

  const search = () => {
    const value = Object.fromEntries(ids.map((id) => [id, fields[id].value.trim()]));
    const finds = finders(value.words);
    const [source, about] = [fold(value.source), fold(value.about)];
    const type = value.type ? lists.types.indexOf(value.type) : null;
    const outlet = value.outlet ? lists.outlets.indexOf(value.outlet) : null;
    const relation = value.relation ? lists.relations.indexOf(value.relation) : null;
    show(rows.filter((row, at) =>
      (type === null || row[5] === type) && (!value.polarity || row[6] === value.polarity) &&
      (outlet === null || lists.documents[row[0]][2] === outlet) &&
      (relation === null || (relation === again ? reports.get(row[11]).size > 1 : row[10].some((link) => link[0] === relation))) &&
      (!value.score || row[9] >= Number(value.score)) &&
      (!value.from || row[2] >= value.from) && (!value.to || (row[2] && row[2] <= value.to)) &&
      (!source || low[at][1].includes(source)) && (!about || low[at][2].includes(about)) &&
      finds.every((find) => find(low[at][0]))));
  };

  const remember = () => {
    const wanted = ids.filter((id) => fields[id].value.trim()).map((id) => `${id}=${encodeURIComponent(fields[id].value.trim())}`);
    history.replaceState(null, "", `#${wanted.join("&") || "main"}`);
  };
  const renew = () => { search(); remember(); };
  const follow = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    form.reset();
    for (const id of ids) if (wanted.get(id)) fields[id].value = wanted.get(id);
    search();
  };
  for (const id of ["words", "source", "about"]) fields[id].addEventListener("input", soon(renew));
  for (const id of ["type", "polarity", "outlet", "relation", "score", "from", "to"]) fields[id].addEventListener("change", renew);
  form.addEventListener("submit", (event) => { event.preventDefault(); renew(); });
  by("clear").addEventListener("click", () => { form.reset(); renew(); });
  addEventListener("hashchange", follow);
  form.hidden = false;
  follow();
})();
