// What stands around the map: counts, search, colours and filters, and the account one looks at.

const LISTED = 60; // names in a list of ties; more are counted
const FOUND = 12; // names that a search offers

const element = (id) => document.getElementById(id);
const number = (count) => count.toLocaleString("en");
const counted = (count, one) => `${number(count)} ${one}${count === 1 ? "" : "s"}`;
// A name runs its own way and leaves what stands beside it alone.
const bdi = (text) => make("bdi", { textContent: text });

function make(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function button(text, label, act) {
  const made = make("button", { type: "button", textContent: text });
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// -------------------------------------------------------------- counts

const total = filtered();

function refilter() {
  const now = filtered();
  const all = [...groupings, ties].every(({ off }) => !off.size);
  const words = { accounts: "account", follows: "follow", mutual: "mutual pair" };
  const parts = Object.entries(words).map(([key, word]) => {
    const whole = counted(total[key], word);
    return all ? whole : `${number(now[key])} of ${whole}`;
  });
  element("counts").textContent = (all ? "" : "shown: ") + parts.join(" · ");
  element("all").hidden = all;
  for (const [box, isOn] of boxes) box.checked = isOn();
  hovered = -1;
  if (chosen >= 0 && !shown[chosen]) chosen = -1;
  showCard();
  findMiddles();
  redraw();
  drawLines();
}

function showEverything() {
  for (const { off } of [...groupings, ties]) off.clear();
  refilter();
}

element("all").addEventListener("click", () => (showEverything(), fit()));
element("notes").textContent = [
  "a point is an account, the larger the more followers it has here",
  "a line is a follow",
  ...(held.loops ? [`${counted(held.loops, "self-loop")} left out`] : []),
].join("; ");

// -------------------------------------------------------------- colours and filters

const boxes = new Map(); // of the legend, and what says whether each is on

function showLegend() {
  boxes.clear();
  const others = groupings.filter((one) => one !== by);
  // In a star a tie is filtered with the account at its end.
  const parts = [...(held.star ? [] : [ties]), ...(by ? [by] : []), ...others];
  element("legend").replaceChildren(...parts.map(legendOf));
  for (const [box, isOn] of boxes) box.checked = isOn();
}

function legendOf(grouping) {
  const there = [...grouping.values.keys()].filter((code) => grouping.values[code].count);
  const title = grouping.name[0].toUpperCase() + grouping.name.slice(1);
  const legend = make("legend", { textContent: title });
  if (grouping.name === "community") {
    legend.append(make("small", { textContent: " and its most followed" }));
  }
  return make("fieldset", {}, legend, ...there.map((code) => rowOf(grouping, code, there)));
}

function rowOf(grouping, code, there) {
  const value = grouping.values[code];
  const box = make("input", { type: "checkbox" });
  boxes.set(box, () => !grouping.off.has(code));
  box.addEventListener("change", () => {
    grouping.off[box.checked ? "delete" : "add"](code);
    refilter();
  });
  const only = button("only", `only ${value.name}`, () => {
    const alone = there.every((other) => (other === code) !== grouping.off.has(other));
    grouping.off = new Set(alone ? [] : there.filter((other) => other !== code));
    refilter();
    fit();
  });
  only.className = "only";
  const text = make("span", { className: "text" }, bdi(value.name));
  if (grouping.name === "community" && value.alone) {
    text.append(make("small", {}, ...mostFollowed(grouping, code)));
  }
  const count = make("span", { className: "count", textContent: number(value.count) });
  const label = make("label", {}, box, swatch(grouping, value), text, count);
  const row = make("div", { className: "row" }, label, only);
  if (grouping !== ties) {
    row.addEventListener("pointerenter", () => ((emphasis = { grouping, code }), redraw()));
    row.addEventListener("pointerleave", () => ((emphasis = null), redraw()));
  }
  return row;
}

function mostFollowed(grouping, code) {
  const names = [];
  for (const i of ranked) {
    if (grouping.codes[i] === code) names.push(names.length ? ", " : "", bdi(cut(nameOf(i), 20)));
    if (names.length === 6) break;
  }
  return names;
}

function swatch(grouping, value) {
  // In a star lines have the colour of the tie with the owner, whatever the points have.
  const ofLines = grouping === ties || (held.star && grouping === groupings.at(-1));
  if (grouping !== by && ofLines) return dash(value.colour);
  const mark = make("i");
  if (grouping !== by) return mark;
  mark.className = value.ring ? "ring" : "disc";
  mark.style[value.ring ? "borderColor" : "background"] = value.colour;
  return mark;
}

function dash(colour) {
  const mark = make("i", { className: "line" });
  mark.style.background = colour;
  return mark;
}

for (const [at, { name }] of groupings.entries()) {
  element("by").append(make("option", { value: at, textContent: name }));
}
element("colouring").hidden = groupings.length < 2;
element("by").addEventListener("change", () => {
  by = groupings[element("by").value];
  showLegend();
  findMiddles();
  redraw();
});
dark.addEventListener("change", () => {
  showLegend();
  showCard();
  redraw();
  drawLines();
});

// -------------------------------------------------------------- search

// Accents and letters in fancy dress count as plain ones: "uns" finds "Ünsel".
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const texts = held.accounts.map((account, i) => [nameOf(i), account].map(plain));
const wanted = element("wanted");
let found = [];
let active = 0;

function search() {
  const word = plain(wanted.value.trim().replace(/^@/, ""));
  const fits = word ? [...ranked].filter((i) => texts[i].some((text) => text.includes(word))) : [];
  const begins = (i) => texts[i].some((text) => text.startsWith(word));
  found = [...fits.filter(begins), ...fits.filter((i) => !begins(i))].slice(0, FOUND);
  active = 0;
  const items = found.map((i, at) => {
    const count = make("small", { textContent: counted(followers[i], "follower") });
    const item = make("li", { id: `found-${at}`, role: "option" }, bdi(nameOf(i)), count);
    item.addEventListener("pointerdown", (event) => (event.preventDefault(), take(i)));
    return item;
  });
  const more = fits.length - found.length;
  const note = more ? `${number(more)} more: type on` : "no account here has such a name";
  if (more || !found.length) items.push(make("li", { className: "more", textContent: note }));
  element("found").replaceChildren(...items);
  unfold(word !== "");
}

/** Show what was found, or fold it away. */
function unfold(there) {
  element("found").hidden = !there;
  wanted.setAttribute("aria-expanded", there);
  for (const at of found.keys()) {
    element(`found-${at}`).setAttribute("aria-selected", at === active);
  }
  if (there && found.length) wanted.setAttribute("aria-activedescendant", `found-${active}`);
  else wanted.removeAttribute("aria-activedescendant");
}

function take(i) {
  wanted.value = "";
  unfold(false);
  goTo(i);
}

wanted.addEventListener("input", search);
wanted.addEventListener("blur", () => unfold(false));
wanted.addEventListener("focus", () => wanted.value && search());
wanted.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    wanted.value = "";
    unfold(false);
  }
  if (!found.length || element("found").hidden) return;
  if (event.key === "Enter") take(found[active]);
  if (!step) return;
  event.preventDefault();
  active = (active + step + found.length) % found.length;
  unfold(true);
});

// -------------------------------------------------------------- the account one looks at

function goTo(i) {
  if (!shown[i]) showEverything();
  choose(i);
  flyTo(closeTo(i));
}

function choose(i) {
  [chosen, hovered] = [i, -1];
  element("tip").hidden = true;
  showCard();
  redraw();
}

function numbers(i) {
  const of = `${number(following[i])} following · ${number(mutual[i])} mutual`;
  return `${counted(followers[i], "follower")} · ${of}`;
}

/** Show what is known of the account under the pointer, if there is one. */
function point(i, x, y) {
  const tip = element("tip");
  map.style.cursor = i >= 0 ? "pointer" : "";
  tip.hidden = i < 0;
  if (i !== hovered) redraw();
  hovered = i;
  if (i < 0) return;
  const text = make("span", { textContent: numbers(i) });
  tip.replaceChildren(make("b", {}, bdi(nameOf(i))), text);
  const under = y + 18 + tip.offsetHeight < height;
  tip.style.left = `${between(4, x + 14, width - tip.offsetWidth - 4)}px`;
  tip.style.top = `${under ? y + 18 : y - 14 - tip.offsetHeight}px`;
}

function showCard() {
  const card = element("card");
  card.hidden = chosen < 0;
  if (chosen < 0) return card.replaceChildren();
  const close = button("×", "let go of this account", () => (choose(-1), map.focus()));
  close.className = "close";
  const said = groupings.map(({ name, values, codes }) => [name, values[codes[chosen]].name]);
  if (held.names?.[chosen]) said.unshift(["account", held.accounts[chosen]]);
  card.replaceChildren(
    close,
    make("h2", {}, bdi(nameOf(chosen))),
    ...said.map(([name, text]) => make("p", {}, `${name}: `, bdi(text))),
    make("p", { role: "status", textContent: `${numbers(chosen)}, in this graph` }),
    make("div", { id: "ends" }, ...listsOf(tiesOf(chosen)))
  );
}

/** Return whom an account is tied to, a list for each way to be so. */
function listsOf(ofIt) {
  const there = [...new Set(ofIt.map(([, role]) => role))].sort((a, b) => a - b);
  return there.flatMap((role) => {
    const { words, colours } = held.ties[role >> 1];
    const accounts = ofIt.filter(([, one]) => one === role).map(([other]) => other);
    const names = accounts.slice(0, LISTED).map((i) => {
      const name = button("", "", () => goTo(i));
      name.append(bdi(nameOf(i)));
      return make("li", {}, name);
    });
    const more = accounts.length - names.length;
    if (more) names.push(make("li", { textContent: `and ${number(more)} more` }));
    const title = `${words[role & 1]} (${number(accounts.length)})`;
    return [make("h3", {}, dash(colours[role & 1]), title), make("ul", {}, ...names)];
  });
}

document.addEventListener("keydown", (event) => {
  if (event.target === wanted) return;
  if (event.key === "Escape") choose(-1);
  if (event.key !== "/") return;
  event.preventDefault();
  wanted.focus();
});

document.title = `Follow network of ${counted(size, "account")}`;
showLegend();
refilter();
