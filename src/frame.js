// Speaks with the page around this one. `boot.js` loads it in a frame, where the operator lists who may frame the portal.
// `docs/embed.md` describes the messages. What they may do is look, language and place; the portal itself stays in charge.
const VERSION = 1;
const root = document.documentElement;
const base = new URL(document.baseURI).pathname;

/** The pages of an organization, and those of none, that other pages hear of and can go to. */
const OF_ORGANIZATION = [
  "api-key",
  "oauth-servers",
  "sandbox-tokens",
  "getting-started",
  "administrators",
  "roles",
  "audit-log",
];
const OTHERS = ["organizations", "account"];

// The page around this one.

const entries = document.getElementById("frame-ancestors").content.split(" ");

/** Whether an entry of `frame-ancestors` is about an origin (Content Security Policy Level 3, section 6.7.2.8). */
function covers(entry, origin) {
  const [, scheme, below, host, port = ""] = /^(https?):\/\/(\*\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
  const is = URL.canParse(origin) ? new URL(origin) : {};
  if (is.protocol !== `${scheme}:` && !(scheme === "http" && is.protocol === "https:")) return false;
  return is.port === port && (below ? is.hostname.endsWith(`.${host}`) : is.hostname === host);
}

const isListed = (origin) => entries.some((entry) => covers(entry, origin));

/** The origin of the page around this one, once the browser has said it. Browsers that don't say it by themselves do with a message. */
let host = [location.ancestorOrigins?.[0]].find((origin) => origin && isListed(origin));

function send(type, content) {
  if (host) parent.postMessage({ keyward: VERSION, type, ...content }, host);
}

/** Twenty messages a second are heard: a flood of them costs the page next to nothing. */
const BURST = 20;
let [left, filledAt] = [BURST, 0];
function mayHear() {
  const now = performance.now();
  left = Math.min(BURST, left + ((now - filledAt) / 1000) * BURST);
  filledAt = now;
  if (left < 1) return false;
  left -= 1;
  return true;
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || !mayHear() || !isListed(origin) || data?.keyward !== VERSION) return;
  host = origin;
  const { type, ...content } = data;
  if (type === "hello" && isDrawn()) greet();
  else if (type === "theme") look(content);
  else if (type === "lang") speak(content.lang);
  else if (type === "goto") go(content);
});

// Where this page is. The query and the fragment stay here: they can hold what was searched for, and one-time secrets.

/** The organization that showed last. */
let shown;
function place() {
  const path = location.pathname.slice(base.length);
  const [, organization, page = "api-key"] = /^o\/([1-9]\d*)(?:\/([a-z-]+))?\/?$/.exec(path) ?? [];
  if (organization && OF_ORGANIZATION.includes(page)) {
    shown = Number(organization);
    return { page, organization: shown };
  }
  return { page: [...OTHERS, "sign-in"].find((name) => path === name) ?? "other" };
}

/** What was told last; nothing before `ready`. */
let told;
function tellPlace() {
  const now = place();
  if (told === undefined || JSON.stringify(now) === told) return;
  told = JSON.stringify(now);
  send("navigated", now);
}

function go({ page, organization = shown }) {
  // Someone is at work in a dialog.
  if (document.querySelector("dialog[open]")) return;
  const isOfOne = OF_ORGANIZATION.includes(page) && Number.isSafeInteger(organization) && organization > 0;
  if (!isOfOne && !OTHERS.includes(page)) return;
  const link = document.createElement("a");
  link.href = `${isOfOne ? `o/${organization}/` : ""}${page}?embed`;
  document.body.append(link);
  // As a person follows one.
  link.click();
  link.remove();
}

// How it looks.

/** Reads colours also while the frame isn't displayed, where nothing has a computed style. */
const canvas = document.createElement("canvas").getContext("2d");

/** The colour in red, green and blue, of a notation that depends on nothing around it. */
function rgb(color) {
  if (/^(currentcolor|inherit|initial|revert|unset)$/i.test(color)) return undefined;
  if (!/^(#[\da-f]{3,6}|(rgb|hsl)a?\([\d\s,.%/deg-]+\)|[a-z]+)$/i.test(color) || !CSS.supports("color", color)) return undefined;
  canvas.fillStyle = color;
  const [, ...parts] = /^#(..)(..)(..)$/.exec(canvas.fillStyle) ?? [];
  return parts.length ? parts.map((part) => parseInt(part, 16)) : undefined;
}

/** Relative luminance and contrast (WCAG 2.2). */
function luminance(color) {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];
const mix = (from, to, share) => from.map((part, at) => Math.round(part + (to[at] - part) * share));
const css = (color) => `rgb(${color.join(" ")})`;

/** What an accent has to stand out on or from, as `style/tokens.css` has it: the ground next to it in lightness, the page's, and the faintest text. */
const LIGHT = { away: BLACK, ground: [244, 245, 243], page: WHITE, faint: [101, 111, 106] };
const DARK = { away: WHITE, ground: [29, 37, 35], page: [16, 21, 20], faint: [141, 152, 147] };

/** Whether someone has asked the system for more contrast, and the accent that was passed last. */
const askedForMore = matchMedia("(prefers-contrast: more)");
let passed;
askedForMore.addEventListener("change", () => look({ accent: passed }));

/** The colours that follow from an accent. It gets as dark or light as text needs. */
function shades(accent, { away, ground, page, faint }) {
  const needed = askedForMore.matches ? 7 : 5;
  const legible = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => mix(accent, away, tenth / 10));
  const own = legible.find((color) => contrast(color, ground) >= needed) ?? away;
  const softer = [0.1, 0.08, 0.06, 0.04].map((share) => mix(page, own, share));
  return {
    "--accent": own,
    "--accent-strong": mix(own, away, 0.25),
    "--accent-soft": softer.find((color) => [own, faint].every((text) => contrast(text, color) >= 4.5)) ?? page,
    "--on-accent": contrast(own, WHITE) >= contrast(own, BLACK) ? WHITE : BLACK,
  };
}

function look({ scheme, accent, font, radius }) {
  if (["light", "dark"].includes(scheme)) root.dataset.theme = scheme;
  else if (scheme === "auto") delete root.dataset.theme;
  const set = (name, value) => (value ? root.style.setProperty(name, value) : root.style.removeProperty(name));
  if (typeof accent === "string") {
    passed = accent;
    const color = rgb(accent);
    const [light, dark] = [shades(color ?? BLACK, LIGHT), shades(color ?? BLACK, DARK)];
    for (const name in light) set(name, color && `light-dark(${css(light[name])}, ${css(dark[name])})`);
  }
  if (typeof font === "string") {
    const isFont = /^[\w\s"',-]{1,200}$/.test(font) && CSS.supports("font-family", font);
    set("--sans", isFont && font);
  }
  if (typeof radius === "string") {
    const [, pixels] = /^(\d{1,2}(?:\.\d+)?)px$/.exec(radius) ?? [];
    const isRadius = pixels !== undefined && pixels <= 16;
    set("--radius", isRadius && `${pixels}px`);
    set("--radius-large", isRadius && `${pixels * 1.6}px`);
  }
}

/** What the frame's `name` says. It stays through reloads, and `language.js` reads the language from it, too. */
let options = {};
try {
  options = JSON.parse(/^keyward:(.*)$/.exec(window.name)?.[1] ?? "null") ?? {};
} catch {
  // It is only a name.
}

function speak(lang) {
  if (typeof lang !== "string" || !/^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(lang)) return;
  if (lang === (options.lang ?? root.lang) || document.querySelector("dialog[open]")) return;
  window.name = `keyward:${JSON.stringify({ ...options, lang })}`;
  location.reload();
}

look(options);
for (const name of ["readonly", "single", "sized"]) if (options[name] === true) root.dataset[name] = "";
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  /* Where a class doesn't say so already, "changes" marks what changes something. */
  [data-readonly] :is(.key-actions, .row-actions, .menu:has(.menu-actions), .changes, .panel-head > .button-host,
    :is(.panel-head, .page-head) .button-host:has(.icon), .panel .banner .button-host:not(:has(.icon))),
  [data-single] :is(.crumbs, .tabs, .panel-text a, .usage-text a, a.key-note) { display: none; }
  [data-single] .main { padding-block: 16px; }
  [data-sized] :is(.frame, .card-page) { min-height: 0; }
  [data-sized] .main { padding-bottom: 16px; }
  [data-sized] .card-page { padding-block: 24px; }
  [data-sized] .table-box-long { max-height: 640px; }
  [data-sized] .dialog:not(.drawer) { margin-top: var(--dialog-top, 16px); }
  .frame-note { display: flex; flex-wrap: wrap; gap: 4px 12px; margin: 0; padding: 12px 16px;
    background: var(--warning-soft); color: var(--text); }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

// How high it is. Nothing in it is as high as the window then, so that its height doesn't follow from its height.

/** So much room a dialog has. */
const DIALOG = 640;
let height = 0;
function tellHeight() {
  const needed = document.querySelector("dialog[open]") ? DIALOG : 0;
  const now = Math.ceil(Math.max(document.body.getBoundingClientRect().height, needed));
  if (now === height) return;
  height = now;
  send("height", { height });
}

/** A dialog opens where the page around this one shows the frame. */
function placeDialog() {
  const observer = new IntersectionObserver(([seen]) => {
    observer.disconnect();
    const top = Math.min(seen.intersectionRect.top + 16, Math.max(16, innerHeight - DIALOG));
    root.style.setProperty("--dialog-top", `${Math.max(16, Math.round(top))}px`);
  });
  observer.observe(document.body);
}

/** In the frame that is drawn next, however often it changes until then. */
let isDue = false;
function soon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    tellHeight();
  });
}

// What happens here.

const isDrawn = () => !document.getElementById("start");

/** Where the portal began. */
let began;
function greet() {
  began ??= place();
  told = JSON.stringify(began);
  send("ready", began);
  tellPlace();
  height = 0;
  soon();
}

for (const change of ["added", "edited", "regenerated", "deleted", "confirmed", "changed"]) {
  addEventListener(`keyward-key-${change}`, () => send("key-changed", { organization: place().organization, change }));
}
// The programs say on the root element whether a session is open. It may have begun and ended since this ran last.
new MutationObserver((changes) => {
  const wasOpen = changes.some(({ oldValue }) => oldValue !== null);
  if ("session" in root.dataset) document.querySelector(".frame-note")?.remove();
  else if (wasOpen) send("session-ended");
}).observe(root, { attributeFilter: ["data-session"], attributeOldValue: true });

// Someone may have signed in in a window beside the frame.
const lookForSession = () => dispatchEvent(new Event("keyward-session"));
addEventListener("focus", lookForSession);
document.addEventListener("visibilitychange", lookForSession);

/** No cookie stays in this frame, and none of another window gets here. What is left is the other window. */
addEventListener("keyward-refused", () => {
  if (document.querySelector(".frame-note")) return;
  const note = document.createElement("p");
  note.className = "frame-note";
  note.setAttribute("role", "alert");
  const link = document.createElement("a");
  link.target = "_blank";
  link.href = "./";
  link.textContent = window.keywardTexts?.["{#embed.open}"] ?? "{embed.open}";
  note.append(window.keywardTexts?.["{#embed.refused}"] ?? "{embed.refused}", link);
  document.body.prepend(note);
});

function begin() {
  new ResizeObserver(soon).observe(document.body);
  new MutationObserver(() => {
    if (document.querySelector("dialog[open]")) placeDialog();
    soon();
  }).observe(document.body, { subtree: true, attributeFilter: ["open"] });
  // The title is written again with each place.
  new MutationObserver(tellPlace).observe(document.head, { subtree: true, childList: true });
  const drawn = new MutationObserver(() => {
    if (!isDrawn()) return;
    drawn.disconnect();
    greet();
  });
  drawn.observe(document.body, { childList: true });
}
if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);
