// La météo : deux réglages, un enregistrement (record) pour réponse.
define("meteo", ["qtiCustomInteractionContext"], function (context) {
  context.register({
    typeIdentifier: "urn:editions-du-preau:meteo",
    getInstance: function (dom, configuration) {
      var field = function (name) { return dom.querySelector("[name=" + name + "]"); };
      var bound = configuration.boundTo[configuration.responseIdentifier].record || [];
      bound.forEach(function (f) { field(f.name).value = f.base.string || f.base.integer; });
      configuration.onready({
        getResponse: function () {
          return { record: [
            { name: "ciel", base: field("ciel").value ? { string: field("ciel").value } : null },
            { name: "degres", base: field("degres").value ? { integer: Number(field("degres").value) } : null }
          ] };
        },
        getState: function () { return ""; }
      });
    }
  });
});
