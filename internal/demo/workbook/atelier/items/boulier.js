// Le boulier : deux boutons et un compte. Un programme d’éditeur, tel que la norme le veut (QTI 3, portable custom interaction).
define(["qtiCustomInteractionContext"], function (context) {
  "use strict";
  context.register({
    typeIdentifier: "urn:editions-du-preau:boulier",
    getInstance: function (dom, configuration, state) {
      var bound = configuration.boundTo[configuration.responseIdentifier];
      var n = bound && bound.base ? bound.base.integer : null;
      var moves = state ? JSON.parse(state).moves : 0;
      var shown = dom.querySelector(".compte");
      var show = function () { shown.textContent = (n === null ? "0" : String(n)) + " boule" + (n > 1 ? "s" : ""); };
      var change = function (by) { return function () { n = Math.max(0, (n || 0) + by); moves += 1; show(); }; };
      dom.querySelector(".moins").addEventListener("click", change(-1));
      dom.querySelector(".plus").addEventListener("click", change(Number(configuration.properties.pas || 1)));
      show();
      configuration.onready({
        getResponse: function () { return { base: n === null ? null : { integer: n } }; },
        getState: function () { return JSON.stringify({ moves: moves }); },
        oncompleted: function () {}
      }, state);
    }
  });
});
