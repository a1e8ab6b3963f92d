"use strict";
// The network that the page holds, and which part of it is shown.

const held = JSON.parse(document.getElementById("held").textContent);

function unpacked(text, Numbers) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
  return new Numbers(bytes.buffer);
}

const size = held.accounts.length;
const places = unpacked(held.places, Float32Array); // x and y by turns
const pairs = unpacked(held.pairs, size > 2 ** 16 ? Uint32Array : Uint16Array);
const groupings = held.groupings.map((one) => ({
  ...one,
  codes: unpacked(one.codes, Uint8Array),
  off: new Set(),
}));
for (const { values, codes } of groupings) {
  for (const value of values) value.count = 0;
  for (const code of codes) values[code].count++;
}
// Pairs come by kind: mutual ones first, of the others the first account follows the second.
const ties = { name: "ties", values: held.ties, off: new Set() };
let pairsBefore = 0;
const begins = held.ties.map(({ count }) => (pairsBefore += count) - count);
const MUTUAL = 0;

const followers = new Uint32Array(size);
const following = new Uint32Array(size);
const mutual = new Uint32Array(size);
const starts = new Uint32Array(size + 1);
eachPair((a, b, kind) => {
  following[a]++;
  followers[b]++;
  starts[a + 1]++;
  starts[b + 1]++;
  if (kind !== MUTUAL) return;
  following[b]++;
  followers[a]++;
  mutual[a]++;
  mutual[b]++;
});
for (let i = 0; i < size; i++) starts[i + 1] += starts[i];

// For each account the others it has a tie with, and what tie that is: twice its kind, and one
// more where the other is the one who follows.
const others = new Uint32Array(pairs.length);
const roles = new Uint8Array(pairs.length);
const next = starts.slice();
eachPair((a, b, kind) => {
  others[next[a]] = b;
  roles[next[a]++] = 2 * kind;
  others[next[b]] = a;
  roles[next[b]++] = 2 * kind + (kind !== MUTUAL);
});

const ranked = Uint32Array.from({ length: size }, (_, i) => i).sort(
  (a, b) => followers[b] - followers[a] || a - b
);
const shown = new Uint8Array(size).fill(1);

function eachPair(visit, from = 0, to = pairs.length / 2) {
  for (let kind = 0; kind < held.ties.length; kind++) {
    const end = Math.min(to, begins[kind] + held.ties[kind].count);
    for (let at = Math.max(from, begins[kind]); at < end; at++) {
      visit(pairs[2 * at], pairs[2 * at + 1], kind);
    }
  }
}

const nameOf = (i) => held.names?.[i] || held.accounts[i];

/** Return the ties of an account that are shown, as [other, role], the most followed first. */
function tiesOf(i) {
  const found = [];
  for (let at = starts[i]; at < starts[i + 1]; at++) {
    if (shown[others[at]] && !ties.off.has(roles[at] >> 1)) found.push([others[at], roles[at]]);
  }
  return found.sort(([a], [b]) => followers[b] - followers[a] || a - b);
}

/** Note which accounts are shown, and return how much of the network that is. */
function filtered() {
  const count = { accounts: 0, follows: 0, mutual: 0 };
  for (const kind of ties.values) kind.shown = 0;
  for (let i = 0; i < size; i++) {
    shown[i] = groupings.every(({ codes, off }) => !off.has(codes[i]));
    count.accounts += shown[i];
  }
  eachPair((a, b, kind) => {
    if (!shown[a] || !shown[b] || ties.off.has(kind)) return;
    ties.values[kind].shown++;
    count.follows += kind === MUTUAL ? 2 : 1;
    count.mutual += kind === MUTUAL;
  });
  return count;
}
