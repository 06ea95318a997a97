// Runs before anything is drawn: theme, which frame to draw, the first requests. Then it starts the application.
// Everything it does must work in a browser that can't run the application, so that it can say so.
(function () {
  "use strict";
  var root = document.documentElement;
  var read = function (name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  var theme = read("keyward.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  var base = new URL(document.baseURI).pathname;
  var path = location.pathname.slice(base.length).replace(/\/$/, "");
  var signedIn = read("keyward.signed-in") === "1";
  // In a browser that has never been here, a cookie may still be.
  var maybeSignedIn = read("keyward.signed-in") !== "0";
  var tab = /^o\/([1-9]\d*)(?:\/(api-key|oauth-servers|sandbox-tokens))?$/.exec(path);
  root.dataset.start = signedIn && !/^(sign-in|signed-in|setup|invitation)$/.test(path) ? "frame" : "card";
  root.dataset.tab = tab ? tab[2] || "api-key" : "other";
  if (self !== top) root.dataset.framed = "";
  if (/[?&]embed(?:[=&]|$)/.test(location.search)) root.dataset.embed = "";

  // Scripts are not blocked.
  root.dataset.scripts = "";

  // Tabs learn at once that another one has signed in or out, and a page that comes back from the browser's memory looks.
  var look = function () {
    dispatchEvent(new Event("keyward-session"));
  };
  var tabs = window.BroadcastChannel && new BroadcastChannel("keyward-session");
  if (tabs) tabs.onmessage = look;
  addEventListener("keyward-tell", function () {
    if (tabs) tabs.postMessage(0);
  });
  addEventListener("storage", function (event) {
    if (event.key === "keyward.admin") look();
  });
  addEventListener("pageshow", function (event) {
    if (event.persisted) look();
  });

  // Sign-in and the key page start with less. `Route::is_of_first_load` knows the rest.
  var whole = !(path === "" || path === "sign-in" || (tab && root.dataset.tab === "api-key"));

  // The application asks for these first. They travel while it is still on its way.
  var early = (window.keywardEarly = new Map());
  var ask = function (url) {
    var control = window.AbortController && new AbortController();
    if (control) setTimeout(control.abort.bind(control), 20000);
    var answer = fetch(url, {
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: control ? control.signal : undefined,
    });
    answer.catch(function () {});
    early.set(url, answer);
  };
  ask("api/portal/session");
  if (!signedIn) ask("api/portal/sso");
  if (maybeSignedIn && tab && root.dataset.tab === "api-key") {
    ask("api/portal/orgs/" + tab[1]);
    ask("api/portal/orgs/" + tab[1] + "/api-key");
  }

  var fail = function (why) {
    var message = document.getElementById("start-failed");
    if (!message || !message.hidden) return;
    message.querySelectorAll("[data-why]").forEach(function (text) {
      text.hidden = text.dataset.why !== why;
    });
    document.getElementById("start-reload").addEventListener("click", function () {
      location.reload();
    });
    message.hidden = false;
    root.dataset.start = "failed";
  };
  addEventListener("error", function (event) {
    if (window.WebAssembly && event.error instanceof WebAssembly.RuntimeError) fail("crash");
  });

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.WebAssembly) return fail("old");
    var script = document.getElementById(whole ? "whole-script" : "app-script");
    var wasm = document.getElementById(whole ? "whole-wasm" : "app-wasm");
    var url = function (file) {
      return new URL(file.href || file.content, document.baseURI).href;
    };
    import(url(script))
      .then(function (app) {
        return app.default({ module_or_path: url(wasm) });
      })
      .catch(function (error) {
        console.error(error);
        // A program that this browser can't compile or link is one for newer browsers.
        var isOld = error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
        fail(isOld ? "old" : error instanceof WebAssembly.RuntimeError ? "crash" : "load");
      });
  });
})();
