// On a phone the rows of a table become lines, each with the name of its column; what says nothing is left out.
if (matchMedia("(max-width: 40rem)").matches)
  for (const table of document.querySelectorAll("main .scroll:not(.sticky) > table")) {
    const heads = [...table.querySelectorAll("thead th")];
    table.classList.add("lines");
    for (const row of table.tBodies[0].rows)
      [...row.cells].forEach((cell, at) => {
        if (!["", "–"].includes(cell.textContent.trim())) cell.dataset.head = heads[at].textContent;
      });
  }
