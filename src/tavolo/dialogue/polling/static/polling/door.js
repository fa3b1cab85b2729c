/* The door for slips. A code after # never reaches the server as an address: it is put into the form, sent in
   its body, and taken out of the address bar. A camera is offered where the browser can read codes itself. */
(function () {
  "use strict";
  var root = document.querySelector("[data-door]");
  if (!root) { return; }
  var form = root.querySelector("form");
  var field = document.getElementById("code");
  var code = window.location.hash.slice(1);
  if (code) {
    window.history.replaceState(null, "", window.location.pathname);
    field.value = code;
    form.submit();
    return;
  }
  /* A page kept by "back" shows nothing of who was here before. */
  window.addEventListener("pageshow", function () { field.value = ""; });
  if (root.hasAttribute("data-tablet")) {
    field.focus();
    window.setTimeout(function () { if (root.querySelector("[role=status], [role=alert]")) { window.location.replace("/tavoli/assemblea/urna/"); } }, 20000);
  }
  var button = root.querySelector("[data-camera]");
  var video = root.querySelector("[data-video]");
  if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) { return; }
  button.hidden = false;
  button.addEventListener("click", function () {
    var detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (stream) {
      video.srcObject = stream;
      video.hidden = false;
      video.play();
      var timer = window.setInterval(function () {
        detector.detect(video).then(function (found) {
          if (!found.length) { return; }
          window.clearInterval(timer);
          stream.getTracks().forEach(function (track) { track.stop(); });
          field.value = found[0].rawValue;
          form.submit();
        }).catch(function () { window.clearInterval(timer); });
      }, 300);
    }).catch(function () { button.hidden = true; field.focus(); });
  });
}());
