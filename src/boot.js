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

  // Tabs learn that another one has signed in or out. A page that comes back from the browser's memory stays blank until it has
  // looked: whose it was may have signed out.
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
  addEventListener("pagehide", function () {
    root.dataset.away = "";
  });
  addEventListener("pageshow", function (event) {
    if (event.persisted && root.dataset.start !== "failed") look();
    else delete root.dataset.away;
  });

  // Sign-in and the key page start with less. `Route::is_of_first_load` knows the rest, and the gateway's `Name` the same.
  var whole = !(path === "" || path === "sign-in" || (tab && root.dataset.tab === "api-key"));

  var get = function (url) {
    var control = window.AbortController && new AbortController();
    if (control) setTimeout(control.abort.bind(control), 20000);
    return fetch(url, {
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: control && control.signal,
    });
  };
  // The build of the page that comes as an answer, where one of this portal comes. No JSON looks like it.
  var build = function (answer) {
    return answer
      .then(function (answer) {
        return answer.clone().text();
      })
      .then(function (text) {
        return / data-build="(.+?)"/.exec(text)[1];
      })
      .catch(function () {});
  };

  // The application asks for these first. They travel while it is still on its way. An exported page may have them at another
  // path of its origin.
  var early = (window.keywardEarly = new Map());
  var ask = function (path) {
    var answer = get((root.dataset.api || "") + path);
    early.set(path, answer);
    // A web host that doesn't pass the API on answers with the page itself.
    build(answer).then(function (found) {
      if (found) fail("host");
    });
  };
  ask("api/portal/session");
  if (!signedIn) ask("api/portal/sso");
  if (maybeSignedIn && tab && root.dataset.tab === "api-key") {
    ask("api/portal/orgs/" + tab[1]);
    ask("api/portal/orgs/" + tab[1] + "/api-key");
  }

  var fail = function (why) {
    var message = document.getElementById("start-failed");
    if (!message) return document.addEventListener("DOMContentLoaded", fail.bind(null, why));
    if (!message.hidden) return;
    message.querySelectorAll("[data-why]").forEach(function (text) {
      text.hidden = text.dataset.why.split(" ").indexOf(why) < 0;
    });
    document.getElementById("start-reload").addEventListener("click", function () {
      location.reload();
    });
    // After a crash, what someone has typed can still be read.
    document.getElementById("app").hidden = why !== "crash";
    delete root.dataset.away;
    message.hidden = false;
    root.dataset.start = "failed";
  };

  // Something of this build can't be had: because the host has a different one by now, or for another reason.
  var missing = function (otherwise) {
    build(get("./")).then(function (found) {
      if (!found || found === root.dataset.build) otherwise();
      else closed().then(fail.bind(null, "new"));
    });
  };

  // The application notes which version of the API the gateway follows. A build begins with its own; neighbors work together.
  new MutationObserver(function () {
    var ahead = root.dataset.served - parseInt(root.dataset.build);
    if (ahead > 1) fail("new");
    if (ahead < -1) fail("older");
  }).observe(root, { attributeFilter: ["data-served"] });
  addEventListener("error", function (event) {
    if (window.WebAssembly && event.error instanceof WebAssembly.RuntimeError) fail("crash");
  });

  // The styles of the pages beyond the first load, unless the page has them already.
  var styled;
  var style = function (again) {
    var mention = document.getElementById("morestyle");
    if (mention.localName === "link") return styled;
    styled = new Promise(function (resolve, reject) {
      var link = document.createElement("link");
      link.id = mention.id;
      link.rel = "stylesheet";
      link.href = mention.content + again;
      link.onload = resolve;
      link.onerror = function () {
        link.replaceWith(mention);
        reject(new Error("no styles"));
      };
      mention.replaceWith(link);
    });
    return styled;
  };

  // Gets a program ready to run. After a failure it is asked for by another address: browsers remember that a script failed.
  var failures = 0;
  var load = function (name) {
    var again = failures ? "?again=" + failures : "";
    var url = function (part) {
      var file = document.getElementById(name + part);
      return new URL(file.href || file.content, document.baseURI).href + again;
    };
    var compile = function (answer) {
      if (!answer.ok) throw new Error("status " + answer.status);
      var streams = WebAssembly.compileStreaming && answer.headers.get("content-type") === "application/wasm";
      return streams ? WebAssembly.compileStreaming(answer) : answer.arrayBuffer().then(WebAssembly.compile);
    };
    var parts = [import(url("-script")), fetch(url("-wasm")).then(compile)];
    if (name === "whole") parts.push(style(again));
    return Promise.all(parts).then(function (both) {
      return function () {
        // A development build is too large to be started at one go, and has both.
        var start = both[0].default || both[0].initSync;
        return Promise.resolve({ module: both[1], module_or_path: both[1] }).then(start);
      };
    });
  };
  var crashed = function (error) {
    console.error(error);
    // A program that this browser can't compile or link is one for newer browsers.
    var isOld = error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
    if (isOld) fail("old");
    else if (error instanceof WebAssembly.RuntimeError) fail("crash");
    else missing(fail.bind(null, "load"));
  };

  // Fetches what the other pages need while nothing else is to do, so that they open without waiting.
  var prefetch = function () {
    if (navigator.connection && navigator.connection.saveData) return;
    ["whole-script", "whole-wasm", "morestyle"].forEach(function (id) {
      var name = document.getElementById(id).content;
      if (!name) return;
      fetch(name, { priority: "low" })
        .then(function (answer) {
          return answer.arrayBuffer();
        })
        .catch(function () {});
    });
  };

  // The program with every page takes the place of the first one while that shows a page it does not have, and says so by
  // `data-more`: who has gone back to a page of it keeps what is there.
  var closed = function () {
    if (!document.querySelector("dialog[open]")) return Promise.resolve();
    return new Promise(function (resolve) {
      setTimeout(resolve, 300);
    }).then(closed);
  };
  var coming;
  addEventListener("keyward-more", function () {
    if (coming) return;
    var late = new Promise(function (_, reject) {
      setTimeout(reject, 60000, new Error("the program did not come"));
    });
    coming = Promise.race([load("whole"), late])
      .then(function (run) {
        // A dialog over the page keeps it: someone is at work there.
        return closed().then(function () {
          ask("api/portal/session");
          return early.get("api/portal/session").then(function () {
            return run;
          });
        });
      })
      .then(function (run) {
        coming = undefined;
        if (!("more" in root.dataset)) return;
        delete root.dataset.more;
        return run().catch(crashed);
      });
    coming.catch(function (error) {
      coming = undefined;
      failures += 1;
      console.error(error);
      missing(function () {
        dispatchEvent(new Event("keyward-more-failed"));
      });
    });
  });

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.WebAssembly) return fail("old");
    Promise.all([load(whole ? "whole" : "app"), window.keywardLanguage])
      .then(function (ready) {
        return ready[0]();
      })
      .then(function () {
        if (whole) return;
        if (window.requestIdleCallback) requestIdleCallback(prefetch, { timeout: 5000 });
        else setTimeout(prefetch, 2000);
      })
      .catch(crashed);
  });
})();
