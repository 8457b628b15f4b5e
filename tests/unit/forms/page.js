// A page small enough to run the embedded script in: elements, events, fetch; no markup parser.
"use strict";
const fs = require("fs");
const { script, definition, visit } = JSON.parse(fs.readFileSync(0, "utf8"));

class Element {
  constructor(tag) { Object.assign(this, { tag, attributes: {}, children: [], style: {}, own: "", value: "", checked: false, listeners: {} }); }
  get firstChild() { return this.children[0] || null; }
  get textContent() { return this.own + this.children.map((c) => c.textContent).join(""); }
  set textContent(text) { this.children = []; this.own = String(text); }
  set innerHTML(_) { throw new Error("markup from text"); }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  removeAttribute(name) { delete this.attributes[name]; }
  appendChild(child) { this.removeFrom(child); this.children.push(child); return child; }
  insertBefore(child, other) { this.removeFrom(child); this.children.splice(this.children.indexOf(other), 0, child); }
  removeChild(child) { this.removeFrom(child); }
  removeFrom(child) { this.children = this.children.filter((c) => c !== child); }
  addEventListener(name, run) { this.listeners[name] = run; }
  all() { return this.children.flatMap((c) => [c, ...c.all()]); }
  querySelector(wanted) { return this.all().find((e) => wanted.slice(1, -1) in e.attributes) || null; }
  focus() { focused = this; }
  drawn() { return { tag: this.tag, attributes: this.attributes, text: this.own, hidden: this.style.left === "-6000px", children: this.children.map((c) => c.drawn()) }; }
}

let focused = null;
const place = new Element("div");
const requests = [];
const answers = visit.answers.slice();
global.document = { currentScript: { previousElementSibling: place }, createElement: (tag) => new Element(tag) };
global.window = { crypto: globalThis.crypto, location: { origin: "https://site.example", pathname: "/p", search: visit.search || "", assign: (to) => { window.went = to; } } };
global.fetch = (address, options) => {
  requests.push({ address, options });
  const next = address.endsWith("/definition") ? { status: 200, body: definition } : answers.shift();
  if (!next) return Promise.reject(new Error("offline"));
  return Promise.resolve({ ok: next.status < 400, json: () => Promise.resolve(next.body) });
};
const rest = () => new Promise((resolve) => setImmediate(resolve));

(async () => {
  eval(script);
  await rest();
  const drawn = place.drawn();
  for (let n = 0; n < visit.presses; n += 1) {
    for (const element of place.all()) {
      const name = element.attributes.name;
      if (name in visit.values) element[typeof visit.values[name] === "boolean" ? "checked" : "value"] = visit.values[name];
    }
    place.children[0].listeners.submit({ preventDefault() {} });
    await rest(); await rest();
  }
  const result = { drawn, after: place.drawn(), requests, went: window.went || null, focused: focused && focused.attributes.name };
  console.log(JSON.stringify(result));
})();
