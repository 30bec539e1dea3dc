// Draws the boxes to be blacked out; each box is written into the four fields of the form.
"use strict";
(() => {
  const picture = document.getElementById("cover");
  const form = document.getElementById("cover-form");
  if (!picture || !form) return;
  const sides = ["left", "top", "width", "height"];
  const view = picture.viewBox.baseVal;
  const field = (number, side) => form.elements[`b${number}-${side}`];
  const isFree = (number) => sides.every((side) => !field(number, side).value.trim());
  const numbers = [];
  for (let number = 1; field(number, "left"); number += 1) numbers.push(number);
  const drawn = [];
  const last = document.getElementById("cover-last");
  document.getElementById("cover-how").classList.remove("hidden");
  picture.classList.add("drawing");

  function point(event) {
    const frame = picture.getBoundingClientRect();
    const share = (value, start, size) => Math.min(1, Math.max(0, (value - start) / size));
    return [share(event.clientX, frame.left, frame.width), share(event.clientY, frame.top, frame.height)];
  }
  function place(box, from, to) {
    const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
    const [width, height] = [Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])];
    const put = { x: left * view.width, y: top * view.height, width: width * view.width, height: height * view.height };
    for (const [name, value] of Object.entries(put)) box.setAttribute(name, value);
    return [left, top, width, height];
  }

  let begun = null;
  picture.addEventListener("pointerdown", (event) => {
    const number = numbers.find(isFree);
    if (begun || !number || event.button) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    picture.append(box);
    begun = { number, box, from: point(event) };
  });
  picture.addEventListener("pointermove", (event) => {
    if (begun) place(begun.box, begun.from, point(event));
  });
  picture.addEventListener("pointerup", (event) => {
    if (!begun) return;
    const { number, box, from } = begun;
    begun = null;
    const parts = place(box, from, point(event));
    if (parts[2] < 0.005 || parts[3] < 0.003) return box.remove();
    sides.forEach((side, at) => (field(number, side).value = (parts[at] * 100).toFixed(2)));
    drawn.push({ number, box });
    last.classList.remove("hidden");
  });
  picture.addEventListener("pointercancel", () => {
    if (begun) begun.box.remove();
    begun = null;
  });
  last.addEventListener("click", () => {
    const one = drawn.pop();
    if (one) {
      one.box.remove();
      sides.forEach((side) => (field(one.number, side).value = ""));
    }
    last.classList.toggle("hidden", !drawn.length);
  });
})();
