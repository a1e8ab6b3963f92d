(() => {
  "use strict";
  const LIMIT = 200; // rows on the page at once: more make sorting and typing slow
  const inOrder = new Intl.Collator(undefined, { numeric: true }).compare;
  // Accents and letters in fancy dress count as plain ones: "uns" finds "Ünsel".
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const value = (cell) => cell.dataset.value ?? cell.textContent;

  function enliven(box) {
    const table = box.querySelector("table");
    const search = make("input", { type: "search", placeholder: "search", ariaLabel: "search" });
    const count = make("span", { role: "status" });
    const all = make("button", { type: "button", textContent: "show all" });
    let rows = [...table.tBodies[0].rows];
    let limit = LIMIT;
    const texts = new Map(
      rows.map((row) => [row, plain([...row.cells].map((cell) => cell.textContent).join("\n"))])
    );

    function show() {
      const words = plain(search.value).split(/\s+/);
      let found = 0;
      for (const row of rows) {
        const fits = words.every((word) => texts.get(row).includes(word));
        row.hidden = !fits || found >= limit;
        found += fits;
      }
      all.hidden = found <= limit;
      count.textContent = `${Math.min(found, limit)} of ${rows.length} shown`;
      if (found > limit && found < rows.length) count.textContent += `, ${found} found`;
    }

    function sort(header) {
      const back = header.getAttribute("aria-sort") === "ascending";
      const compare = header.className === "number" ? (a, b) => a - b : inOrder;
      for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", back ? "descending" : "ascending");
      const keyed = rows.map((row) => [value(row.cells[header.cellIndex]), row]);
      // What is not known comes last, whichever way round.
      keyed.sort(([a], [b]) => !a - !b || (back ? compare(b, a) : compare(a, b)));
      rows = keyed.map(([, row]) => row);
      for (const row of rows) table.tBodies[0].append(row);
      show();
    }

    for (const header of table.tHead.rows[0].cells) {
      const button = make("button", { type: "button", textContent: header.textContent });
      button.addEventListener("click", () => sort(header));
      header.replaceChildren(button);
    }
    search.addEventListener("input", show);
    all.addEventListener("click", () => ((limit = Infinity), show()));
    box.querySelector(".controls").replaceChildren(search, count, all);
    show();
  }

  // A cell that is run again, or shown twice, brings new tables; each is done once.
  for (const box of document.querySelectorAll(".follownet-table")) {
    if (!box.enlivened) enliven(box);
    box.enlivened = true;
  }
})();
