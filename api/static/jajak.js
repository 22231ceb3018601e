// Pages work without this file. It adds keys for verifiers, a help window, and small comforts.
"use strict";

(() => {
  document.documentElement.classList.add("js");

  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const links = () => [...document.querySelectorAll("[data-list] [data-item]")];
  const help = document.getElementById("keys-help");

  // j and k walk through the list; Enter opens what has the focus, as it always does for a link.
  const walk = (step) => {
    const all = links();
    if (!all.length) return false;
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
    return true;
  };

  // A decision by key is taken on what somebody had time to see, not on what a key that was meant
  // for the draft before runs into.
  const SETTLE_MS = 600;
  let opened = performance.now();
  addEventListener("pageshow", () => {
    opened = performance.now();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (help && help.open) return;
    if (event.key === "j" || event.key === "k") {
      if (walk(event.key === "j" ? 1 : -1)) event.preventDefault();
      return;
    }
    if (event.key === "?" && help) {
      event.preventDefault();
      help.showModal();
      return;
    }
    const action = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (action) {
      event.preventDefault();
      // A key that is held down repeats by itself: it says one thing once.
      if (event.repeat) return;
      if ("settles" in action.dataset && performance.now() - opened < SETTLE_MS) return;
      action.click();
    }
  });

  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
  }

  // A second press on a slow line must not decide twice.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // A menu that was left open closes when the reader goes elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".topbar details[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
})();
