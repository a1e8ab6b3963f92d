// Moving over the map: by wheel, fingers, keys and buttons.

const CLICK = 5; // pixels that a finger or a mouse may slip in a click
const REACH = 14; // pixels from a point within which it is meant
const FLIGHT = 350; // milliseconds
const SETTLED = 140; // milliseconds without a move

let settling = 0;
let flight = 0;

/** Say that one looks from elsewhere. */
function moved() {
  moving = true;
  redraw();
  // They are drawn from one place.
  cancelAnimationFrame(drawing);
  clearTimeout(settling);
  settling = setTimeout(() => ((moving = false), redraw(), drawLines()), SETTLED);
}

/** Zoom so that what is at this place of the canvas stays there. */
function zoomAt(x, y, factor) {
  const scale = between(whole * 0.4, look.scale * factor, whole * 300);
  look.x += (x - width / 2) * (1 / look.scale - 1 / scale);
  look.y -= (y - height / 2) * (1 / look.scale - 1 / scale);
  look.scale = scale;
  moved();
}

function pan(right, down) {
  look.x -= right / look.scale;
  look.y += down / look.scale;
  moved();
}

/** Look at all that is shown. */
function fit() {
  flyTo(fitting((i) => shown[i]));
}

/** Fly to where one looks at something else. */
function flyTo(to) {
  const from = { ...look };
  const start = performance.now();
  cancelAnimationFrame(flight);
  const go = () => {
    const time = still.matches ? 1 : Math.min((performance.now() - start) / FLIGHT, 1);
    const share = time * time * (3 - 2 * time);
    look.scale = from.scale * (to.scale / from.scale) ** share;
    look.x = from.x + (to.x - from.x) * share;
    look.y = from.y + (to.y - from.y) * share;
    moved();
    if (time < 1) flight = requestAnimationFrame(go);
  };
  go();
}

/** Return from where an account can be told from those beside it. */
function closeTo(i) {
  const scale = whole * between(1, Math.sqrt(size) / 28, 5);
  return { x: places[2 * i], y: places[2 * i + 1], scale: Math.max(look.scale, scale) };
}

/** Return the account at a place of the canvas, -1 where there is none. */
function accountAt(x, y) {
  let [best, least] = [-1, REACH];
  for (let i = 0; i < size; i++) {
    if (!shown[i]) continue;
    const away = Math.max(Math.hypot(atX(i) - x, atY(i) - y) - radius(i), 0);
    // Of overlapping points the smaller one lies above.
    if (away < least || (away === least && best >= 0 && radius(i) < radius(best))) {
      [best, least] = [i, away];
    }
  }
  return best;
}

const pointers = new Map();
let slipped = 0;

map.addEventListener("pointerdown", (event) => {
  map.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  cancelAnimationFrame(flight);
  slipped = pointers.size > 1 ? Infinity : 0;
});

map.addEventListener("pointermove", (event) => {
  const now = [event.offsetX, event.offsetY];
  const before = pointers.get(event.pointerId);
  if (!before) return point(event.pointerType === "touch" ? -1 : accountAt(...now), ...now);
  slipped += Math.hypot(now[0] - before[0], now[1] - before[1]);
  if (slipped < CLICK) return;
  point(-1);
  if (pointers.size === 2) {
    const [, fixed] = [...pointers].find(([id]) => id !== event.pointerId);
    const far = ([x, y]) => Math.max(Math.hypot(x - fixed[0], y - fixed[1]), 1);
    pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    zoomAt((now[0] + fixed[0]) / 2, (now[1] + fixed[1]) / 2, far(now) / far(before));
  } else pan(now[0] - before[0], now[1] - before[1]);
  pointers.set(event.pointerId, now);
});

for (const kind of ["pointerup", "pointercancel"]) {
  map.addEventListener(kind, (event) => {
    pointers.delete(event.pointerId);
    if (kind === "pointerup" && slipped < CLICK) choose(accountAt(event.offsetX, event.offsetY));
  });
}
map.addEventListener("pointerleave", () => point(-1));

map.addEventListener("wheel", (event) => {
  // Within a notebook the wheel scrolls on over a map that was not asked for.
  const hint = document.getElementById("hint");
  hint.hidden = window === parent || document.activeElement === map || event.ctrlKey;
  if (!hint.hidden) return void setTimeout(() => (hint.hidden = true), 1500);
  event.preventDefault();
  const lines = event.deltaMode ? 16 : 1;
  // Two fingers on a touchpad come as small steps with Ctrl.
  const far = event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016);
  zoomAt(event.offsetX, event.offsetY, Math.exp(-far));
}, { passive: false });

const middle = (factor) => zoomAt(width / 2, height / 2, factor);
const KEYS = {
  ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0),
  ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
  "+": () => middle(1.4), "=": () => middle(1.4), "-": () => middle(1 / 1.4), 0: fit,
};
map.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
document.getElementById("nearer").addEventListener("click", () => middle(1.5));
document.getElementById("further").addEventListener("click", () => middle(1 / 1.5));
document.getElementById("whole").addEventListener("click", fit);

new ResizeObserver(() => {
  if (!stage.clientWidth || !stage.clientHeight) return;
  const [first, before] = [!width, zoom()];
  measure();
  if (first) Object.assign(look, fitting(() => true));
  else look.scale = whole * before;
  drawnFrom = { ...look };
  draw();
  drawLines();
}).observe(stage);
