// The meaning of a term of the glossary shows while its link is pointed at or has the focus, until Escape.
{
  let link, shown, leaving;
  const shut = () => {
    if (shown) shown.hidden = true;
    shown = link = null;
  };
  const place = () => {
    if (!shown) return;
    const at = link.getClientRects()[0] || link.getBoundingClientRect(), room = document.documentElement.clientWidth;
    shown.style.left = `${Math.max(8, Math.min(at.left, room - shown.offsetWidth - 8))}px`;
    const above = at.bottom + shown.offsetHeight > innerHeight && at.top > shown.offsetHeight;
    shown.style.top = `${above ? at.top - shown.offsetHeight : at.bottom}px`;
  };
  const meaning = (target) => target instanceof Element && target.closest("a.term, .meaning");
  const enter = (event) => {
    const target = meaning(event.target);
    if (!target) return;
    clearTimeout(leaving);
    if (target === shown || target === link) return;
    shut();
    link = target;
    shown = document.getElementById(target.getAttribute("aria-describedby"));
    shown.hidden = false;
    place();
  };
  const leave = (event) => {
    if (meaning(event.target) && document.activeElement !== link) leaving = setTimeout(shut, 200);
  };
  addEventListener("pointerover", enter);
  addEventListener("focusin", enter);
  addEventListener("pointerout", leave);
  addEventListener("focusout", shut);
  addEventListener("keydown", (event) => event.key === "Escape" && shut());
  addEventListener("scroll", place, true);
  addEventListener("resize", place);
}
