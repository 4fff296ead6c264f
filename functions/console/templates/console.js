// Keys in lists, "Copy", and the parts of a page that stay fresh. Without it everything still works.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const keys = document.getElementById("keys");
  const lines = () => [...document.querySelectorAll("[data-list] tbody th a, [data-list] li > a[data-line]")];

  const move = (by) => {
    const all = lines();
    if (all.length === 0) return false;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
    return true;
  };
  const search = () => {
    const field = document.querySelector("input[type=search]");
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  };
  // Who speaks to a computer, or hits keys by mistake, can turn them off (WCAG 2.1.4). A browser
  // that keeps nothing for us forgets it with the page.
  const KEPT = "plixo-single-keys";
  const kept = (work) => { try { return work(localStorage); } catch { return null; } };
  const choice = document.getElementById("keys-on");
  const choose = (on) => {
    choice.checked = on;
    document.documentElement.classList.toggle("keyless", !on);
  };
  choose(kept((store) => store.getItem(KEPT)) !== "off");
  choice.addEventListener("change", () => {
    choose(choice.checked);
    kept((store) => choice.checked ? store.removeItem(KEPT) : store.setItem(KEPT, "off"));
  });
  document.getElementById("keys-open").addEventListener("click", () => keys.showModal());

  // Letters are keys only outside of fields, and never with a modifier: a screen reader's own
  // keys stay its own.
  const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");
  const does = {
    j: () => move(1),
    k: () => move(-1),
    "/": search,
    "?": () => { keys.showModal(); return true; },
  };
  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const act = does[event.key.toLowerCase()];
    if (act && act()) event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const says = document.getElementById(button.getAttribute("aria-describedby"));
      try {
        await navigator.clipboard.writeText(source.value || source.textContent);
        says.textContent = "Copied.";
      } catch {
        source.focus();
        if (source.select) source.select();
        says.textContent = "Selected. Copy it with your keyboard.";
      }
    });
  }

  // A part that says where it comes from is asked for again while somebody looks at it.
  const EVERY_MS = 15000;
  for (const part of document.querySelectorAll("[data-refresh]")) {
    let under_way = false;
    setInterval(async () => {
      if (document.hidden || under_way || part.contains(document.activeElement)) return;
      under_way = true;
      try {
        const answer = await fetch(part.dataset.refresh, { headers: { accept: "text/html" }, redirect: "error" });
        if (answer.ok) {
          const text = await answer.text();
          // Only what changed is put in, so that a screen reader does not start again.
          if (text !== part.dataset.last) part.innerHTML = text;
          part.dataset.last = text;
        }
      } catch {
        // The next time may find us again.
      }
      under_way = false;
    }, EVERY_MS);
  }

  // A form that says where its preview stands shows it while somebody types; its button does too.
  const PAUSE_MS = 700;
  for (const form of document.querySelectorAll("form[data-live]")) {
    let timer = 0;
    let latest = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const mine = ++latest;
        const body = new URLSearchParams(new FormData(form));
        body.set("do", "preview");
        try {
          const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const fresh = page.getElementById(form.dataset.live);
          // What was typed since has its own answer on the way.
          if (answer.ok && fresh && mine === latest) document.getElementById(form.dataset.live).replaceChildren(...fresh.childNodes);
        } catch {
          // The button still works.
        }
      }, PAUSE_MS);
    });
  }
})();
