"use strict";
(() => {
  const parts = new Map();
  for (const part of document.querySelectorAll("[data-claims]")) {
    for (const number of part.dataset.claims.split(" ")) {
      if (!parts.has(number)) parts.set(number, []);
      parts.get(number).push(part);
    }
  }
  let lit = [];
  const light = (numbers) => {
    for (const part of lit) part.classList.remove("lit");
    lit = numbers.flatMap((number) => parts.get(number) || []);
    for (const part of lit) part.classList.add("lit");
  };
  const near = (event) => {
    const part = event.target.closest("[data-claims]");
    light(part ? part.dataset.claims.split(" ") : []);
  };
  document.addEventListener("mouseover", near);
  document.addEventListener("focusin", near);
  document.addEventListener("focusout", () => light([]));
  const follow = () => {
    const found = /^#(?:claim-|c)(\d+)$/.exec(location.hash);
    if (found) light([found[1]]);
  };
  addEventListener("hashchange", follow);
  follow();
  const text = document.querySelector(".text");
  for (const [id, name] of [["show-tags", "no-tags"], ["show-claims", "no-claims"]]) {
    const box = document.getElementById(id);
    const set = () => text.classList.toggle(name, !box.checked);
    box.addEventListener("change", set);
    set();
  }
  document.querySelector(".switches").hidden = false;
})();
