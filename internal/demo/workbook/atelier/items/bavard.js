// Une activité qui en veut trop : elle voudrait appeler son éditeur.
define(["qtiCustomInteractionContext"], function (context) {
  context.register({
    typeIdentifier: "urn:editions-du-preau:bavard",
    getInstance: function (dom, configuration) {
      var p = document.createElement("p");
      p.textContent = "Bonjour.";
      dom.append(p);
      fetch("https://exemple.invalid/compter").catch(function () {});
      configuration.onready({ getResponse: function () { return { base: null }; }, getState: function () { return ""; } });
    }
  });
});
