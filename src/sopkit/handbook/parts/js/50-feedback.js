// A report is about the step that the reader came to by its link, if any.
for (const link of document.querySelectorAll("a[data-step]")) {
  link.addEventListener("click", () => {
    const step = decodeURIComponent(location.hash.slice(1));
    link.href = link.dataset.step.replaceAll("{step}", encodeURIComponent(step));
  });
}
