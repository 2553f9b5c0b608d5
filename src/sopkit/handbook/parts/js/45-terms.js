// The meaning of a term of the glossary describes its link, and shows while that is pointed at or has the focus, until
// Escape. It stays while the pointer is on it.
for (const all of document.querySelectorAll(".meanings")) {
  let link, shown, leaving;
  for (const one of all.children) {
    one.hidden = true;
    one.role = "tooltip";
  }
  all.hidden = false;
  const id = (term) => `meaning:${term.hash.slice(1)}`;
  for (const term of document.querySelectorAll("a.term")) term.setAttribute("aria-describedby", id(term));
  const shut = () => {
    if (shown) shown.hidden = true;
    shown = link = null;
  };
  const place = () => {
    if (!shown) return;
    const at = link.getClientRects()[0], { offsetWidth: width, offsetHeight: height } = shown;
    const above = at.bottom + height > innerHeight && at.top > height;
    shown.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8))}px`;
    shown.style.top = `${above ? at.top - height : at.bottom}px`;
  };
  const about = (target) => target instanceof Element && target.closest("a.term, .meanings > p");
  const enter = (event) => {
    const target = about(event.target);
    if (!target) return;
    clearTimeout(leaving);
    if (target === shown || target === link) return;
    shut();
    link = target;
    shown = document.getElementById(id(link));
    shown.hidden = false;
    place();
  };
  addEventListener("pointerover", enter);
  addEventListener("focusin", enter);
  addEventListener("pointerout", (event) => {
    if (about(event.target) && document.activeElement !== link) leaving = setTimeout(shut, 200);
  });
  addEventListener("focusout", shut);
  addEventListener("keydown", (event) => event.key === "Escape" && shut());
  addEventListener("scroll", place, true);
  addEventListener("resize", place);
}
