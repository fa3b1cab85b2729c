/* What a voter asks this device to remember: the numbers of the statements they voted on, never how. Kept by
   the browser alone; the server learns neither the numbers nor that somebody asked. Not on a shared tablet. */
(function () {
  "use strict";
  var store;
  try { store = window.localStorage; store.getItem("tavolo"); } catch (error) { return; }

  function key(id) { return "tavolo-votate-" + id; }
  function read(id) {
    try { return JSON.parse(store.getItem(key(id))); } catch (error) { return null; }
  }
  function write(id, numbers) { store.setItem(key(id), JSON.stringify(numbers)); }

  /* The page about the consultation: the choice itself. Taking it back forgets everything. */
  var choice = document.querySelector("[data-remember-choice]");
  if (choice) {
    var box = choice.querySelector("input");
    box.checked = read(choice.dataset.rememberChoice) !== null;
    choice.hidden = false;
    box.addEventListener("change", function () {
      if (box.checked) { write(choice.dataset.rememberChoice, []); } else { store.removeItem(key(choice.dataset.rememberChoice)); }
    });
  }

  /* The voting page tells of each registered vote. */
  var page = document.querySelector("[data-remember-votes]");
  if (page && !document.querySelector("[data-shared]")) {
    document.addEventListener("tavolo:voted", function (event) {
      var id = page.dataset.rememberVotes, numbers = read(id), number = event.detail.number;
      if (numbers === null) { return; }
      numbers = numbers.filter(function (one) { return one !== number; });
      if (!event.detail.undone) { numbers.push(number); }
      write(id, numbers);
    });
  }

  /* What became of it: a mark beside each of them, and a way to see only those. */
  var fates = document.querySelector("[data-remember-fates]");
  var mine = fates && read(fates.dataset.rememberFates);
  if (!mine || !mine.length) { return; }
  var rows = Array.prototype.slice.call(fates.querySelectorAll("li[id^='a-']"));
  function voted(row) { return mine.indexOf(row.id.slice(2)) !== -1; }
  rows.filter(voted).forEach(function (row) {
    var mark = document.createElement("p");
    var badge = document.createElement("span");
    badge.className = "tavolo-badge";
    badge.textContent = fates.dataset.word;
    mark.appendChild(badge);
    row.querySelector("h2").insertAdjacentElement("afterend", mark);
  });
  var only = document.querySelector("[data-remember-only]");
  if (!only || !rows.some(voted)) { return; }
  only.hidden = false;
  only.addEventListener("click", function () {
    var on = only.getAttribute("aria-pressed") !== "true";
    only.setAttribute("aria-pressed", String(on));
    rows.forEach(function (row) { row.hidden = on && !voted(row); });
  });
}());
