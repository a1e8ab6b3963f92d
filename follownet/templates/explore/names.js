// The names on the map: of groups on tags, and of as many accounts as there is room for.

const FONT = "system-ui, sans-serif";
const AT_ONCE = 90; // names; beyond, they are no longer read
const NEIGHBOURS = 40; // names of those an account is tied to

const widths = new Map();
let taken = []; // boxes in which something is written: left, top, right, bottom
let middles = []; // where the tags of groups are

function cut(text, length) {
  const signs = [...text.replace(/\s+/gu, " ")];
  return signs.length > length ? signs.slice(0, length - 1).join("") + "…" : signs.join("");
}

function widthOf(text) {
  const key = pen.font + text;
  if (!widths.has(key)) widths.set(key, pen.measureText(text).width);
  return widths.get(key);
}

const isFree = ([left, top, right, bottom]) =>
  taken.every((box) => left > box[2] || right < box[0] || top > box[3] || bottom < box[1]);

function drawNames(ofIt, bright) {
  taken = [];
  Object.assign(pen, { textBaseline: "middle", lineJoin: "round", direction: "ltr" });
  pen.font = `600 13px ${FONT}`;
  for (const i of new Set([chosen, hovered])) if (i >= 0) write(i, true);
  pen.font = `700 14px ${FONT}`;
  if (chosen < 0 && zoom() < 4) middles.forEach(tag);
  pen.font = `12px ${FONT}`;
  const room = between(8, (12 * zoom() ** 1.3 * width * height) / 480_000, AT_ONCE);
  let left = chosen >= 0 ? NEIGHBOURS : room;
  for (const i of chosen >= 0 ? ofIt.map(([other]) => other) : ranked) {
    if (left <= 0) break;
    if (i === hovered || !shown[i] || (bright && !bright[i]) || !inside(atX(i), atY(i))) continue;
    left -= write(i);
  }
}

/** Write the name of an account on the side of it that is free; return whether one is. */
function write(i, anyway = false) {
  const text = cut(nameOf(i), 26);
  const [y, gap, wide] = [atY(i), radius(i) + 4, widthOf(text)];
  for (const x of [atX(i) + gap, atX(i) - gap - wide]) {
    const box = [x - 2, y - 8, x + wide + 2, y + 8];
    if (box[0] < 0 || box[2] > width || !(anyway || isFree(box))) continue;
    taken.push(box);
    Object.assign(pen, { strokeStyle: page(), lineWidth: 3.5, fillStyle: ink() });
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
    return true;
  }
  return false;
}

/** Write the name of a group on a tag of its colour. */
function tag({ text, x, y, style }) {
  const half = widthOf(text) / 2 + 7;
  const [left, top] = [toX(x) - half, toY(y) - 11];
  pen.beginPath();
  pen.roundRect(left, top, 2 * half, 22, 11);
  Object.assign(pen, { fillStyle: page(), strokeStyle: style.colour, lineWidth: 2.5 });
  pen.fill();
  pen.stroke();
  pen.fillStyle = ink();
  pen.fillText(text, left + 7, top + 12);
  taken.push([left, top, left + 2 * half, top + 22]);
}

/** Find the middle of each group that has a line of its own in the legend, and lies together. */
function findMiddles() {
  const members = by?.name === "community" ? by.values.map(() => []) : [];
  for (let i = 0; i < size; i++) if (shown[i]) members[by?.codes[i]]?.push(i);
  const median = (of, axis) =>
    of.map((i) => places[2 * i + axis]).sort((a, b) => a - b)[of.length >> 1];
  middles = members.flatMap((of, code) => {
    const style = by.values[code];
    if (!style.alone || of.length < 3) return [];
    return [{ text: cut(style.name, 18), x: median(of, 0), y: median(of, 1), style }];
  });
}
