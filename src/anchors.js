// Puts menus and hints beside their buttons in browsers without CSS anchor positioning, as `position-area` in the style sheets
// does in others. `boot.js` asks for it only there.

// Pixels between a button and what belongs to it.
const MENU_GAP = 4;
const HINT_GAP = 6;

// What shows now, with its button. It is put in its place before each frame, so that it follows whatever moves.
const shown = new Map();

const follow = () => {
  for (const [box, button] of shown) {
    // A hint ends by its style alone.
    if (button.isConnected && box.checkVisibility()) place(box, button);
    else shown.delete(box);
  }
  if (shown.size) requestAnimationFrame(follow);
};

const show = (box, button) => {
  if (!shown.size) requestAnimationFrame(follow);
  shown.set(box, button);
};

const place = (box, button) => {
  const at = button.getBoundingClientRect();
  if (box.matches(".hint")) placeHint(box, at);
  else placeMenu(box, at);
};

// Above, or below where there is no room.
const placeHint = (hint, at) => {
  const { width, height } = hint.getBoundingClientRect();
  const above = at.top - HINT_GAP - height;
  move(hint, (at.left + at.right - width) / 2, above < 0 ? at.bottom + HINT_GAP : above);
};

const placeMenu = (menu, at) => {
  const below = document.documentElement.clientHeight - at.bottom;
  if (menu.matches(".picker")) {
    menu.style.width = `${Math.max(280, at.width)}px`;
    move(menu, at.left, at.bottom + MENU_GAP);
    return;
  }
  // On the side with more room. It ends where its button ends, or begins where that begins.
  const isAbove = at.top > below;
  menu.style.maxHeight = `${Math.max(at.top, below) - 2 * MENU_GAP}px`;
  const { width, height } = menu.getBoundingClientRect();
  move(menu, width > at.right ? at.left : at.right - width, isAbove ? at.top - MENU_GAP - height : at.bottom + MENU_GAP);
};

// To a place in the window, and never beyond its sides. An element around it may be what its `left` and `top` count from.
const move = (box, left, top) => {
  const now = box.getBoundingClientRect();
  const most = document.documentElement.clientWidth - now.width;
  const shift = (side, by) => {
    box.style[side] = `${(Number.parseFloat(box.style[side]) || 0) + by}px`;
  };
  shift("left", Math.max(0, Math.min(left, most)) - now.left);
  shift("top", top - now.top);
};

// Nothing of where it was before must show.
const start = (box, button) => {
  if (shown.has(box)) return;
  box.style.left = box.style.top = "0";
  show(box, button);
};

addEventListener(
  "beforetoggle",
  (event) => {
    const menu = event.target;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`);
    if (event.newState === "open" && button) start(menu, button);
  },
  true,
);

for (const kind of ["pointerover", "focusin"]) {
  addEventListener(kind, (event) => {
    const host = event.target.closest?.(".button-host");
    const hint = host?.querySelector(".hint");
    if (hint) start(hint, host);
  });
}
