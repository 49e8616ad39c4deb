// Package exosapp puts Biblio Exos together, alone: its own database, its relying party, its pages. It imports no room of
// the broker, and a test lists everything that it links to hold it to that (`pupitre serve --only exos`).
package exosapp
