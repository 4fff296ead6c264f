// Uploads each file as soon as it is chosen. Without this script the form sends its files itself.
"use strict";
(() => {
  const form = document.querySelector("form[data-files]");
  const PARALLEL_MAX = 3;
  const FAILED = "This file did not arrive. Please check your connection and try again.";
  const items = new Set();
  let waits = false;

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const shown = (bytes) => {
    if (bytes < 1024) return `${bytes} bytes`;
    const kilobytes = Math.round(bytes / 1024);
    return kilobytes < 1024 ? `${kilobytes} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  };

  // One line for everybody, read out by screen readers when it changes.
  const note = make("p", { className: "note", id: "upload-note" });
  note.setAttribute("role", "status");
  const say = (text) => { note.textContent = text; };

  const of = (...states) => [...items].filter((item) => states.includes(item.state));
  const attached = () => of("waiting", "uploading", "done", "failed").length
    + form.querySelectorAll("input[type=checkbox][name=kept]:checked").length;

  // What a file's line shows: its name always, then how far it is or what went wrong.
  const show = (item, says, ...buttons) => {
    const label = make("span", {}, make("bdi", { textContent: item.file.name }));
    label.append(make("small", { textContent: ` ${shown(item.file.size)}` }));
    const words = says ? [make("p", { className: "error", textContent: says })] : [];
    const bar = ["waiting", "uploading"].includes(item.state) ? [item.bar] : [];
    item.line.replaceChildren(label, ...bar, ...words, ...buttons);
    item.line.dataset.state = item.state;
  };
  const button = (text, item, press) => {
    const made = make("button", { type: "button", className: "quiet", textContent: text });
    made.setAttribute("aria-label", `${text}: ${item.file.name}`);
    made.addEventListener("click", press);
    return made;
  };

  const drop = (item) => {
    item.state = "gone";
    items.delete(item);
    if (item.request) item.request.abort();
    item.line.remove();
    item.input.focus();
    say(`${item.file.name} was removed.`);
    go();
  };
  const fail = (item, says, final) => {
    if (item.state === "gone") return;
    item.state = final ? "refused" : "failed";
    const again = button("Try again", item, () => { enqueue(item); item.input.focus(); go(); });
    show(item, says, ...(final ? [] : [again]), button("Remove", item, () => drop(item)));
    say(`${item.file.name}: ${says}`);
    go();
  };
  const done = (item, id) => {
    if (item.state === "gone") return;
    item.state = "done";
    const kind = item.input.name.slice("doc-".length);
    show(item, "", button("Remove", item, () => drop(item)));
    item.line.append(make("input", { type: "hidden", name: "kept", value: `${id}:${kind}` }));
    say(`${item.file.name} is attached.`);
    go();
  };

  // First a permission for this one file from us, then the file itself to where it is kept.
  const upload = async (item) => {
    item.state = item.line.dataset.state = "uploading";
    const { name, size } = item.file;
    let ticket;
    try {
      const asked = await fetch(form.dataset.files, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams({ name, size }),
      });
      ticket = await asked.json();
      if (!asked.ok) return fail(item, ticket.detail || FAILED, asked.status === 422);
    } catch {
      return fail(item, FAILED);
    }
    if (item.state === "gone") return;
    const body = new FormData();
    for (const [field, value] of ticket.fields) body.append(field, value);
    body.append("file", item.file);
    const request = new XMLHttpRequest();
    item.request = request;
    request.upload.onprogress = (event) => { item.bar.value = event.loaded / event.total; };
    request.onerror = request.ontimeout = () => fail(item, FAILED);
    request.onload = () => request.status < 300 ? done(item, ticket.id) : fail(item, FAILED);
    request.open("POST", ticket.url);
    request.send(body);
  };

  const enqueue = (item) => {
    item.state = "waiting";
    item.bar = make("progress", { max: 1, value: 0 });
    item.bar.setAttribute("aria-label", item.file.name);
    show(item, "", button("Cancel", item, () => drop(item)));
  };
  // Starts what may start; sends the form if it waits for nothing any more.
  const go = () => {
    const free = PARALLEL_MAX - of("uploading").length;
    for (const item of of("waiting").slice(0, Math.max(free, 0))) upload(item);
    if (!waits || of("waiting", "uploading").length > 0) return;
    waits = false;
    if (of("failed", "refused").length > 0) return held();
    form.requestSubmit();
  };
  const held = () => say("Not sent yet: a file is not attached. Try it again or remove it, then send.");

  const take = (input, list) => {
    for (const file of input.files) {
      const full = attached() >= Number(form.dataset.max);
      const item = { file, input, line: make("li") };
      items.add(item);
      list.append(item.line);
      if (full) fail(item, form.dataset.full, true);
      else enqueue(item);
    }
    // The form itself sends none of them again.
    input.value = "";
    go();
  };

  for (const input of form.querySelectorAll("input[type=file]")) {
    const list = make("ul", { className: "uploads" });
    input.after(list);
    input.addEventListener("change", () => take(input, list));
    take(input, list);
  }
  for (const hint of form.querySelectorAll("[data-script]")) hint.textContent = hint.dataset.script;
  form.querySelector("button.go").before(note);
  form.addEventListener("submit", (event) => {
    if (of("waiting", "uploading").length > 0) {
      event.preventDefault();
      waits = true;
      say("Your files are still on their way. The form is sent as soon as they are here.");
    } else if (of("failed", "refused").length > 0) {
      event.preventDefault();
      held();
    }
  });
})();
