// A question of a quiz: *Check* says whether the answer is right, and shows why. Without script there is no such button,
// and the answer can be opened.
for (const form of document.querySelectorAll("form.question")) {
  const inputs = [...form.querySelectorAll("input")], answer = form.querySelector("details");
  const button = form.querySelector("button"), told = form.querySelector("output");
  const isNumber = (input) => input.type === "number";
  const isRight = (input) => isNumber(input)
    ? Math.abs(input.value - input.dataset.right) <= Number(input.dataset.off || 0) + 1e-9
    : input.checked === "right" in input.dataset;
  const show = (result) => {
    told.className = { right: "ok", wrong: "bad" }[result] || "";
    told.textContent = told.dataset[result] || "";
    answer.hidden = !told.className;
  };
  button.hidden = button.disabled = false;
  answer.open = true;
  show();
  form.addEventListener("input", () => show());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isAnswered = inputs.some((input) => isNumber(input) || input.checked);
    for (const why of answer.querySelectorAll("[data-option]")) why.hidden = !inputs[why.dataset.option].checked;
    show(!isAnswered ? "none" : inputs.every(isRight) ? "right" : "wrong");
  });
}
