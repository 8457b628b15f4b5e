(function (address) {
  "use strict";
  // Draws a Rapport form where this script stands. Texts are set as texts, never as markup.
  var place = document.currentScript.previousElementSibling;
  var key = null;

  function element(name, attributes, text) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (attribute) {
      made.setAttribute(attribute, attributes[attribute]);
    });
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function clear(parent) {
    while (parent.firstChild) parent.removeChild(parent.firstChild);
  }

  function newKey() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return Date.now().toString(36) + Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
  }

  function control(field, form) {
    var shape = { name: field.name };
    if (field.required) shape.required = "";
    if (field.placeholder) shape.placeholder = field.placeholder;
    if (field.type === "textarea") {
      shape.rows = "5";
      return element("textarea", shape);
    }
    if (field.type === "select") {
      var list = element("select", shape);
      list.appendChild(element("option", { value: "" }, form.texts.choose));
      field.options.forEach(function (option) {
        list.appendChild(element("option", { value: option.value }, option.label));
      });
      return list;
    }
    shape.type = { email: "email", phone: "tel", date: "date", checkbox: "checkbox", hidden: "hidden" }[field.type] || "text";
    return element("input", shape);
  }

  function parameter(name) {
    return new URLSearchParams(window.location.search).get(name.replace(/^custom\./, "")) || "";
  }

  function row(field, form, number) {
    var id = form.id + "-" + number;
    var input = control(field, form);
    var holder = element("div", { "class": "rapport-field" });
    var problem = element("span", { id: id + "-error", "class": "rapport-error", role: "alert" });
    input.setAttribute("id", id);
    if (field.type === "hidden") {
      input.value = parameter(field.name);
      holder.appendChild(input);
      return { field: field, input: input, problem: problem, holder: holder };
    }
    holder.appendChild(element("label", { "for": id }, field.label + (field.required ? " *" : "")));
    holder.appendChild(input);
    var told = id + "-error";
    if (field.help) {
      holder.appendChild(element("span", { id: id + "-help", "class": "rapport-help" }, field.help));
      told += " " + id + "-help";
    }
    input.setAttribute("aria-describedby", told);
    holder.appendChild(problem);
    return { field: field, input: input, problem: problem, holder: holder };
  }

  function trap(name) {
    var holder = element("div", { "aria-hidden": "true" });
    holder.style.position = "absolute";
    holder.style.left = "-6000px";
    holder.style.height = "1px";
    holder.style.overflow = "hidden";
    holder.appendChild(element("input", { name: name, tabindex: "-1", autocomplete: "off" }));
    return holder;
  }

  function consentRow(form) {
    var field = { name: "consent", type: "checkbox", label: "", required: form.consent.required };
    var made = row(field, form, "consent");
    var label = made.holder.firstChild;
    label.textContent = form.consent.text;
    made.holder.insertBefore(made.input, label);
    return made;
  }

  function answer(made) {
    return made.field.type === "checkbox" ? made.input.checked : made.input.value;
  }

  function mark(made, message) {
    made.problem.textContent = message;
    if (message) made.input.setAttribute("aria-invalid", "true");
    else made.input.removeAttribute("aria-invalid");
  }

  function show(form) {
    form.id = "rapport-" + Math.random().toString(36).slice(2);
    key = newKey();
    var body = element("form", { novalidate: "", "class": "rapport-form" });
    var rows = form.fields.map(function (field, n) { return row(field, form, n); });
    var consent = form.consent ? consentRow(form) : null;
    var hidden = trap(form.honeypot);
    var notice = element("p", { role: "status", "class": "rapport-notice" });
    var button = element("button", { type: "submit" }, form.texts.submit);
    if (form.title) body.appendChild(element("h2", {}, form.title));
    rows.forEach(function (made) { body.appendChild(made.holder); });
    if (consent) body.appendChild(consent.holder);
    [hidden, notice, button].forEach(function (part) { body.appendChild(part); });

    function refused(problem) {
      var left = [];
      rows.concat(consent || []).forEach(function (made) { mark(made, ""); });
      (problem.errors || []).forEach(function (error) {
        var name = error.path.replace(/^answers\./, "");
        var made = rows.concat(consent || []).filter(function (r) { return r.field.name === name; })[0];
        if (made && made.field.type !== "hidden") mark(made, error.message);
        else left.push(error.message);
      });
      key = newKey();
      notice.textContent = left.join(" ") || (problem.errors ? form.texts.correct : form.texts.unavailable);
      var first = body.querySelector("[aria-invalid]");
      if (first) first.focus();
    }

    function accepted(receipt) {
      if (receipt.redirect) {
        window.location.assign(receipt.redirect);
        return;
      }
      clear(place);
      place.appendChild(element("p", { role: "status", "class": "rapport-notice" }, receipt.message));
    }

    body.addEventListener("submit", function (event) {
      event.preventDefault();
      var answers = {};
      rows.forEach(function (made) { answers[made.field.name] = answer(made); });
      answers[form.honeypot] = hidden.firstChild.value;
      button.disabled = true;
      notice.textContent = form.texts.sending;
      fetch(address + "/submissions", {
        method: "POST",
        credentials: "omit",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: JSON.stringify({
          answers: answers,
          consented: consent ? consent.input.checked : false,
          started: form.started,
          page: (window.location.origin + window.location.pathname).slice(0, 2000)
        })
      }).then(function (response) {
        return response.json().then(response.ok ? accepted : refused);
      }).catch(function () {
        notice.textContent = form.texts.unavailable;
      }).then(function () {
        button.disabled = false;
      });
    });
    clear(place);
    place.appendChild(body);
  }

  fetch(address + "/definition", { credentials: "omit" }).then(function (response) {
    if (response.ok) response.json().then(show);
  }).catch(function () {
    // The link inside the place stays: it leads to the form's own page.
  });
})(RAPPORT_ADDRESS);
