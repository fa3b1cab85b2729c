/* Hover and keyboard on the map, and filters at once. Without this file the filters are a plain form. */
(function () {
  "use strict";
  var map = document.querySelector(".dlg-map svg");
  var note = document.getElementById("dlg-map-note");
  if (map && note) {
    var first = note.textContent;
    var say = function (event) {
      var label = event.target.getAttribute && event.target.getAttribute("aria-label");
      if (label) { note.textContent = label; }
    };
    map.addEventListener("mouseover", say);
    map.addEventListener("focusin", say);
    map.addEventListener("mouseleave", function () { note.textContent = first; });
    /* One tab stop for the whole map; the arrow keys go on from there. */
    Array.prototype.forEach.call(map.querySelectorAll("[tabindex]"), function (mark, i) { mark.setAttribute("tabindex", i ? "-1" : "0"); });
    map.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) { return; }
      var marks = Array.prototype.slice.call(map.querySelectorAll("[tabindex]"));
      var at = marks.indexOf(document.activeElement) + step;
      while (marks[at] && marks[at].getAttribute("visibility") === "hidden") { at += step; }
      if (marks[at]) { event.preventDefault(); marks[at].focus(); }
    });
  }
  var legend = document.querySelectorAll("[data-show-group]");
  Array.prototype.forEach.call(legend, function (box) {
    box.addEventListener("change", function () {
      var marks = document.querySelectorAll('.dlg-map [data-group="' + box.dataset.showGroup + '"]');
      Array.prototype.forEach.call(marks, function (mark) { mark.setAttribute("visibility", box.checked ? "visible" : "hidden"); });
    });
  });
  var form = document.getElementById("dlg-filters");
  if (!form) { return; }
  var items = Array.prototype.slice.call(document.querySelectorAll("[data-verdict]"));
  var shown = document.getElementById("dlg-shown");
  function filter() {
    var verdict = form.elements.verdict.value;
    var group = form.elements.group.value;
    var words = form.elements.q.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    var n = 0;
    items.forEach(function (item) {
      var text = item.dataset.text.toLocaleLowerCase();
      var fits = (!verdict || item.dataset.verdict === verdict) && words.every(function (w) { return text.indexOf(w) >= 0; });
      item.hidden = !fits;
      n += fits ? 1 : 0;
      Array.prototype.forEach.call(item.querySelectorAll("tr[data-row]"), function (row) {
        row.hidden = Boolean(group) && row.dataset.row !== group;
      });
    });
    shown.textContent = String(n);
    Array.prototype.forEach.call(legend, function (box) {
      if (filter.group !== group) { box.checked = !group || box.dataset.showName === group; box.dispatchEvent(new Event("change")); }
    });
    filter.group = group;
  }
  form.addEventListener("change", filter);
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); filter(); });
  filter.group = "";
  filter();
}());
