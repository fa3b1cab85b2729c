/* A shared tablet goes back to its first screen when nobody has touched it for a while. */
(function () {
  "use strict";
  var root = document.querySelector("[data-shared]");
  var stay = document.querySelector("[data-stay]");
  if (!root || !stay) { return; }
  var finish = Array.prototype.slice.call(root.querySelectorAll("form")).filter(function (form) {
    return /\/voto\/fine\/$/.test(form.action);
  })[0];
  var WARN = 60000, LEAVE = 80000;
  var last = Date.now();
  ["click", "keydown", "touchstart", "scroll"].forEach(function (name) {
    document.addEventListener(name, function () { last = Date.now(); stay.hidden = true; }, true);
  });
  window.setInterval(function () {
    var idle = Date.now() - last;
    if (idle > LEAVE && finish) { last = Date.now(); finish.submit(); } else if (idle > WARN) { stay.hidden = false; }
  }, 1000);
  /* "Back" must not show the page of the voter before. */
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });
}());
