// The picture: points and names on one canvas, the lines of ties on one below it.

const LINES_AT_ONCE = 1000; // of one stroke: longer paths take more than their share
const REDRAWN = 3000; // pairs that are drawn anew in every frame; more are moved as a picture
const ARROWS = 1500; // pairs of a network whose one-way lines have a head
const RIMMED = 3; // pixels of radius from which a point has a rim
const MILLISECONDS = 10; // of a frame for lines

const stage = document.getElementById("stage");
const map = document.getElementById("map");
const below = document.getElementById("ties");
const pen = map.getContext("2d");
const linePen = below.getContext("2d");
const backPen = document.createElement("canvas").getContext("2d");
const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

const look = { x: 0, y: 0, scale: 1 }; // the middle of the map, and pixels a unit
let drawnFrom = { ...look }; // where the lines were drawn from
let width = 0;
let height = 0;
let whole = 1; // the scale at which all of it is seen
let by = groupings[0]; // what colours the points
let hovered = -1;
let chosen = -1;
let emphasis = null; // the group that is pointed at in the legend
let frame = 0;
let moving = false; // points are drawn roughly

// -------------------------------------------------------------- places and sizes

const most = Math.max(1, size ? followers[ranked[0]] : 0);

const between = (least, value, greatest) => Math.min(Math.max(value, least), greatest);
// Pictures in Python have y upwards.
const toX = (x) => (x - look.x) * look.scale + width / 2;
const toY = (y) => (look.y - y) * look.scale + height / 2;
const atX = (i) => toX(places[2 * i]);
const atY = (i) => toY(places[2 * i + 1]);
const inside = (x, y) => x >= 0 && y >= 0 && x <= width && y <= height;
const zoom = () => look.scale / whole;

let unit = 3; // radius of a point without followers, in pixels
const radius = (i) => unit * (1 + 2.2 * Math.sqrt(followers[i] / most));

function measure() {
  const ratio = devicePixelRatio || 1;
  [width, height] = [stage.clientWidth, stage.clientHeight];
  for (const one of [pen, linePen, backPen]) {
    [one.canvas.width, one.canvas.height] = [width * ratio, height * ratio];
    one.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
  whole = fitting(() => true).scale;
}

/** Return from where some accounts, if there are any, fill the map. */
function fitting(counts) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < size; i++) {
    if (!counts(i)) continue;
    const [x, y] = [places[2 * i], places[2 * i + 1]];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [low, high] = [Math.min(low, y), Math.max(high, y)];
  }
  if (left > right) return { ...look };
  const scale = 0.9 * Math.min(width / (right - left), height / (high - low));
  const x = (left + right) / 2;
  const y = (low + high) / 2;
  return { x, y, scale: Number.isFinite(scale) ? scale : 1 }; // where all are at one place
}

// -------------------------------------------------------------- colours

function faint(colour, alpha) {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgb(${parts.join(" ")} / ${alpha})`;
}

const page = () => (dark.matches ? "#16181c" : "#ffffff");
const ink = () => (dark.matches ? "#e8e8e8" : "#222222");
const PLAIN = { colour: held.plain };
const styleOf = (i) => (by ? by.values[by.codes[i]] : PLAIN);

// -------------------------------------------------------------- drawing

function redraw() {
  frame ||= requestAnimationFrame(() => ((frame = 0), draw()));
}

function draw() {
  const about = chosen >= 0 ? chosen : hovered;
  const ofIt = about >= 0 ? tiesOf(about) : [];
  const bright = brightened(ofIt);
  unit = between(1.3, 0.12 * Math.sqrt((width * height) / Math.max(size, 1)), 5) * zoom() ** 0.42;
  pen.clearRect(0, 0, width, height);
  below.style.opacity = bright ? 0.3 : 1;
  placeLines();
  if (about >= 0) drawTies(about, ofIt);
  for (const pass of bright ? [0, 1] : [1]) {
    pen.globalAlpha = pass ? 1 : 0.22;
    drawPoints((i) => shown[i] && (!bright || bright[i] === pass));
  }
  pen.globalAlpha = 1;
  for (const i of [chosen, hovered]) if (i >= 0) ring(i);
  drawNames(ofIt, bright);
}

/** Draw some accounts: small points by colour, which is fastest, and large ones with a rim. */
function drawPoints(counts) {
  const small = new Map();
  const large = [];
  for (const i of ranked) {
    if (!counts(i)) continue;
    const [x, y, r] = [atX(i), atY(i), radius(i)];
    if (x < -r || y < -r || x > width + r || y > height + r) continue;
    const style = styleOf(i);
    if (r >= RIMMED) large.push([x, y, r, style]);
    else if (small.has(style)) small.get(style).push([x, y, r]);
    else small.set(style, [[x, y, r]]);
  }
  for (const [style, points] of small) {
    for (const [colour, share] of layersOf(style)) {
      pen.fillStyle = colour;
      for (const [x, y, r] of points) spot(x, y, r * share);
    }
  }
  for (const [x, y, r, style] of large) {
    pen.fillStyle = page();
    spot(x, y, r + 1);
    for (const [colour, share] of layersOf(style)) {
      pen.fillStyle = colour;
      spot(x, y, r * share);
    }
  }
}

const layersOf = (style) => [[style.colour, 1], ...(style.ring ? [[page(), 0.55]] : [])];

function spot(x, y, r) {
  // A small square is drawn twice as fast as a disc of its area; in motion nobody sees it.
  const side = Math.sqrt(Math.PI) * r;
  if (r < (moving ? 2.5 : 1.2)) return pen.fillRect(x - side / 2, y - side / 2, side, side);
  pen.beginPath();
  pen.arc(x, y, r, 0, 7);
  pen.fill();
}

/** Return which accounts stand out, or null where none does. */
function brightened(ofIt) {
  if (chosen < 0 && emphasis === null) return null;
  const bright = new Uint8Array(size);
  if (emphasis !== null) {
    for (let i = 0; i < size; i++) bright[i] = emphasis.grouping.codes[i] === emphasis.code;
    return bright;
  }
  for (const [other] of ofIt) bright[other] = 1;
  for (const i of [chosen, hovered]) if (i >= 0) bright[i] = 1;
  return bright;
}

/** Draw an account above all others, with a ring around it. */
function ring(i) {
  drawPoints((one) => one === i);
  pen.beginPath();
  pen.arc(atX(i), atY(i), radius(i) + 3, 0, 7);
  pen.lineWidth = 2.5;
  pen.strokeStyle = ink();
  pen.stroke();
}

/** Draw the ties of one account, each in the colour of what it is to this account. */
function drawTies(i, ofIt) {
  pen.lineWidth = ofIt.length > 150 ? 1 : 1.6;
  const alpha = between(0.25, 7 / Math.sqrt(ofIt.length + 1), 0.85);
  // The most followed last, so that they lie above.
  for (const [other, role] of [...ofIt].reverse()) {
    pen.strokeStyle = pen.fillStyle = faint(held.ties[role >> 1].colours[role & 1], alpha);
    line(pen, i, other);
    if (role > 1) arrow(pen, ...(role % 2 ? [other, i] : [i, other]));
  }
}

function line(on, a, b) {
  on.beginPath();
  on.moveTo(atX(a), atY(a));
  on.lineTo(atX(b), atY(b));
  on.stroke();
}

/** Draw the head of an arrow at the rim of the account that is followed. */
function arrow(on, from, to) {
  const [x, y] = [atX(to), atY(to)];
  const angle = Math.atan2(y - atY(from), x - atX(from));
  const away = Math.hypot(y - atY(from), x - atX(from));
  const tip = radius(to) + 1.5;
  if (away < tip + radius(from) + 5) return;
  on.beginPath();
  for (const [far, aside] of [[tip, 0], [tip + 7, 3.2], [tip + 7, -3.2]]) {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    on.lineTo(x - cos * far + sin * aside, y - sin * far - cos * aside);
  }
  on.fill();
}

// -------------------------------------------------------------- the lines of all ties

const linesShown = () => held.ties.reduce((sum, { shown }) => sum + shown, 0);

/** Draw all lines, some at a time. */
function* lines(on) {
  const count = pairs.length / 2;
  on.clearRect(0, 0, width, height);
  on.lineWidth = 1;
  // Mutual ones last: they lie above.
  for (let kind = held.ties.length - 1; kind >= 0; kind--) {
    if (ties.off.has(kind)) continue;
    // The fewer, the less faint: among many of one kind those of the other are seen.
    const crowd = Math.sqrt(linesShown() * held.ties[kind].shown) + 1;
    const alpha = between(0.02, (6 * zoom() ** 0.25) / Math.sqrt(crowd), 0.5);
    on.strokeStyle = on.fillStyle = faint(held.ties[kind].colour, alpha);
    const end = begins[kind] + held.ties[kind].count;
    for (let from = begins[kind]; from < end; from += LINES_AT_ONCE) {
      const to = Math.min(from + LINES_AT_ONCE, end);
      on.beginPath();
      eachPair((a, b) => {
        if (!shown[a] || !shown[b]) return;
        const [x, y, u, v] = [atX(a), atY(a), atX(b), atY(b)];
        // What passes by, with neither end in sight, tells nothing.
        if (!inside(x, y) && !inside(u, v)) return;
        on.moveTo(x, y);
        on.lineTo(u, v);
      }, from, to);
      on.stroke();
      if (kind !== MUTUAL && count <= ARROWS) {
        eachPair((a, b) => shown[a] && shown[b] && arrow(on, a, b), from, to);
      }
      yield;
    }
  }
}

let drawing = 0;

/** Draw the lines out of sight, over several frames, and show them when they are all there. */
function drawLines() {
  cancelAnimationFrame(drawing);
  if (pairs.length / 2 <= REDRAWN) return redraw();
  const steps = lines(backPen);
  const from = { ...look };
  const go = () => {
    const end = performance.now() + MILLISECONDS;
    let done = false;
    while (!done && performance.now() < end) done = steps.next().done;
    if (!done) return void (drawing = requestAnimationFrame(go));
    linePen.clearRect(0, 0, width, height);
    // Where they are very many they would be one surface.
    linePen.globalAlpha = between(0.3, Math.sqrt(12_000 / linesShown()), 1);
    linePen.drawImage(backPen.canvas, 0, 0, width, height);
    drawnFrom = from;
    placeLines();
    document.body.dataset.drawn = "yes";
  };
  go();
}

/** Move what was drawn to where it is now. */
function placeLines() {
  if (pairs.length / 2 <= REDRAWN) {
    for (const _ of lines(linePen));
    below.style.transform = "none";
    document.body.dataset.drawn = "yes";
    return;
  }
  // By whole pixels a picture is moved faster.
  const right = Math.round((drawnFrom.x - look.x) * look.scale);
  const down = Math.round((look.y - drawnFrom.y) * look.scale);
  below.style.transform = `translate(${right}px, ${down}px) scale(${look.scale / drawnFrom.scale})`;
}
