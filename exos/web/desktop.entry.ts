// Biblio Exos on the program for computers: the same app, on another ground.
import "./script/program/stand";
import "./app.entry";
