/* One statement at a time: sends each vote without leaving the page. Without this file the forms still work. */
(function () {
  "use strict";
  var root = document.getElementById("dlg-vote");
  if (!root || !window.fetch || !window.FormData) { return; }
  var cards = Array.prototype.slice.call(root.querySelectorAll("form.dlg-card"));
  var end = document.getElementById("dlg-end");
  var status = document.getElementById("dlg-status");
  var undo = document.getElementById("dlg-undo");
  var count = document.getElementById("dlg-count");
  var bar = root.querySelector("progress");
  var done = Number(root.dataset.done);
  var at = 0;
  var last = null;
  var busy = false;
  var since = 0;
  /* A second click of a double click must not answer the statement that has just appeared. */
  var TOO_SOON = 400;

  function fresh() {
    var bytes = new Uint8Array(12);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function show(index, focus) {
    at = index;
    since = Date.now();
    cards.forEach(function (card, i) { card.hidden = i !== index; });
    end.hidden = index < cards.length;
    if (focus) {
      var text = (cards[index] || end).querySelector(".dlg-card-text");
      if (text) { text.focus({ preventScroll: true }); }
    }
  }
  function tell(words, kind) { status.textContent = words; status.dataset.kind = kind; }
  function progress(step) { done += step; count.textContent = String(done); bar.value = done; }

  /* Which statement, never how: a voter may have asked this device to remember it. */
  function told(card, undone) {
    var detail = { number: card.dataset.number, undone: undone };
    document.dispatchEvent(new CustomEvent("tavolo:voted", { detail: detail }));
  }

  /* The request id stays the same until the server has answered, so a repeated press counts once. */
  function send(card, choice) {
    if (busy || (choice !== "undo" && Date.now() - since < TOO_SOON)) { return; }
    busy = true;
    tell(root.dataset.sending, "wait");
    var data = new FormData(card);
    data.set("choice", choice);
    fetch(root.dataset.url, {
      method: "POST", body: new URLSearchParams(data), credentials: "same-origin",
      headers: { "Accept": "application/json" }
    }).then(function (answer) {
      return answer.json().then(function (body) {
        if (!answer.ok) { throw new Error(body.detail || ""); }
        card.querySelector("[name=request]").value = fresh();
        if (choice === "undo") {
          tell(root.dataset.undone, "done"); progress(-1); last = null; undo.hidden = true; told(card, true);
          show(cards.indexOf(card), true);
        } else {
          tell(root.dataset.registered, "done"); progress(1); last = card; undo.hidden = false; told(card, false);
          show(at + 1, true);
        }
      });
    }).catch(function (error) {
      tell(error.message && error.name === "Error" ? error.message : root.dataset.failed, "failed");
    }).then(function () { busy = false; });
  }

  cards.forEach(function (card) {
    card.addEventListener("submit", function (event) {
      event.preventDefault();
      var button = event.submitter;
      if (button && button.value) { send(card, button.value); }
    });
  });
  undo.addEventListener("click", function () { if (last) { send(last, "undo"); } });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) { return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    var choice = { a: "agree", d: "disagree", p: "pass" }[event.key.toLowerCase()];
    if (choice && cards[at] && !cards[at].hidden) { event.preventDefault(); send(cards[at], choice); }
    if (event.key.toLowerCase() === "u" && last) { event.preventDefault(); send(last, "undo"); }
  });
}());
