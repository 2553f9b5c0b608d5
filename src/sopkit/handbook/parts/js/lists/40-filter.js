// A form of the class `filter` narrows the rows of the table whose id it names: a select or a box keeps the rows whose
// `data-` of its name holds its value. Without script it stays hidden, and every row is there.
for (const form of document.querySelectorAll("form.filter")) {
  const rows = [...document.getElementById(form.dataset.table).querySelectorAll("tr[data-row]")];
  const fields = [...form.elements].filter((field) => field.name);
  const wanted = (field) => (field.type === "checkbox" && !field.checked ? "" : field.value);
  const told = form.querySelector("output");
  const narrow = () => {
    for (const row of rows)
      row.hidden = !fields.every((field) => {
        const value = wanted(field);
        return !value || (row.dataset[field.name] || "").split(" ").includes(value);
      });
    const count = rows.filter((row) => !row.hidden).length;
    told.textContent = told.dataset.said.replace("{count}", count).replace("{all}", rows.length);
  };
  for (const [name, value] of new URLSearchParams(location.search))
    for (const field of fields)
      if (field.name === name)
        if (field.type === "checkbox") field.checked = field.value === value;
        else if ([...field.options].some((option) => option.value === value)) field.value = value;
  form.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(narrow));
  form.hidden = false;
  narrow();
}
