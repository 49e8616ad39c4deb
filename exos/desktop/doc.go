// Package desktop is the program for computers (« le programme pour ordinateur »): the app of Biblio Exos on a learner's own computer,
// where nothing can be installed from a browser, or where browsers forget.
//
//	program  answers on a loopback address, with the same page as the server's /appli/ (exos/web.App)
//	door     the start address's token becomes a cookie; the last window that came in by it is the only one
//	shelf    « étagère »: what the app keeps, in SQLite: its records, files, and the key
//	key      « clé d’appareil »: made here, signs here, is told to nobody
//	relay    what the app says to the server goes through here, so that it has one address to speak to
//
// It is its user's alone: several pupils on one device are a browser's affair (docs/decisions/0017-shared-devices.md).
//
// It decides nothing and scores nothing: the chain of acts, rights, verdicts and words are the app's (exos/web/script/app), the same as in
// a browser. Where the app stands on a browser, it keeps its records in IndexedDB and its key in the browser; here it asks the program
// (docs/decisions/0013-desktop.md). To the server it is one more device (exos/device).
//
// It listens on 127.0.0.1 only, answers only to that name (DNS rebinding), and to one browser. What is in its database is as safe as the
// session of whoever uses the computer: it is theirs alone (0600), and not encrypted.
package desktop
