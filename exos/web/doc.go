// Package web is Biblio Exos as people see it (« les pages »): the document's menu, and the player.
//
//	GET  /                                      Accueil: what to do today; for a stranger, how to come in
//	GET  /modules                               Mes modules: a card each
//	GET  /modules/{module}                      a module's table of contents
//	POST /modules/{module}/version              take the newer edition
//	GET  /modules/{module}/exercices/{number}   the exercise, by its number or its id
//	POST /modules/{module}/exercices/{number}   answer, hint, corrigé, moving an item: what the form does without script
//	POST /modules/{module}/exercices/{number}/encore   a new attempt
//	POST /modules/{module}/exercices/{number}/fichiers a file for an answer to come, from the player's script
//	GET  /remis/{attempt}/{sha256}              a file that the reader handed in
//	POST /lecture                               reading aids: size, spacing, ease, ruler; kept in a cookie
//	GET  /groupes, /aide                        classes and groups; help, and what is known about the reader
//	POST /groupes, /groupes/rejoindre           a teacher makes a group; a pupil joins one by its code
//	GET  /groupes/{group}                       a group of the reader's own; POST …/code, /retirer, /quitter, /supprimer
//	GET  /devoirs                               homework: to do and done; for a teacher, what they gave
//	GET  /devoirs/{homework}                    a pupil's paper; for its author, the class by the exercise
//	POST /devoirs/{homework}/commencer          begin: the time runs
//	GET  /devoirs/{homework}/exercices/{number} an exercise of it, and POST as in a module
//	GET  /devoirs/nouveau, {homework}/modifier  the form of a homework, POST to give it or change it
//	POST /devoirs/{homework}/retirer, /rendre   take it back; give the papers back
//	GET  /devoirs/{homework}/direct             the class at work; ?partie is the part that changes
//	POST /devoirs/{homework}/indice             a hint for everybody, or no more
//	GET  /devoirs/{homework}/corriger           what a person marks, POST to give points and a remark
//	GET  /devoirs/{homework}/remis/{learner}/{attempt}/{sha256}   a file or a drawing that is to be marked
//	GET  /devoirs/{homework}/correction         what a corrected key would change, POST to apply that plan
//	GET  /devoirs/{homework}/heures             when each answer was given, and how that is known
//	GET  /devoirs/{homework}/retards            what came after the end, POST to accept a pupil's
//	GET  /devoirs/{homework}/papier             the homework on paper; ?corrige with its key
//	GET  /devoirs/{homework}/resultats.csv      the table for a spreadsheet; competences.csv, by skill
//	GET  /travail, /travail.csv                 all that the reader answered, to read and to take away, whatever right has ended
//	GET  /indices                               what a teacher gives to everybody, as a stream for open exercises
//	GET  /noms                                  with what a teacher's browser asks the broker for names
//	POST /api/evenements                        events from the player's script, and their verdicts
//	GET  /deconnexion                           signed out
//
// Without a network (exos/device): the app has a corner of its own, and its requests are signed by the device, not by a session.
//
//	GET  /hors-ligne                            how to install the app; the reader's devices; POST …/code, …/retirer
//	GET  /hors-ligne/eleves                     the devices of a teacher's pupils, and what is to be checked; POST …/retirer, …/verifier
//	GET  /hors-ligne/recus                      receipts of work on pupils' devices, POST to check one; ?recu= as a camera read it
//	POST /hors-ligne/fichiers                   files that pupils without a network handed over
//	POST /hors-ligne/ouvrir                     a code for the app in the reader's own browser: one click
//	GET  /hors-ligne/moi, POST …/casier         which devices are the reader's; one of them opened without its code
//	GET  /devoirs/{homework}/appareils          who has a homework ready on a device
//	GET  /appli/                                the app: one page, kept on the device by /appli/ouvrier.js
//	POST /api/appareils                         a code becomes a device
//	POST /api/appareils/parole                  acts in; verdicts, entitlements and statuses out
//	POST /api/appareils/constats                what the app found on its device that is not what was sent there
//	POST /api/appareils/modules                 what may be taken along
//	POST /api/appareils/verrou, /depart         half of the key of a locked device; its learner has signed out of it
//	POST /api/appareils/module, /exercice, /programme, /fichier   a module that the device has, piece by piece, each by its hash
//	POST /api/appareils/devoirs                 the homework of whose device it is
//	POST /api/appareils/devoir, …/exercice, …/programme   one, piece by piece; graded, it has no program
//
// Teachers make exercises of their own:
//
//	GET, POST /mes-exercices                    notebooks
//	GET  /mes-exercices/{notebook}              one: its exercises, files in and out; POST …/publier, …/titre, …/supprimer, …/importer
//	GET, POST …/nouveau?type=…, …/exercices/{draft}   the form of an exercise; POST …/deplacer, …/supprimer
//	GET, POST …/apercu/{number}                 tried as a pupil
//
// They share them, and homework, with one another:
//
//	GET  /bibliotheque                          what colleagues share; POST finds what is shared by a code
//	POST /bibliotheque/copier                   a notebook, into one's own; POST …/partager of one's own shares it
//
// Pages that other platforms' launches lead through (exos/lti): a link that opens a window, the choice of what a link opens, the answer.
//
// Publishers' pages have a door of their own (docs/publishers.md):
//
//	GET, POST /editeur/connexion                in by a key
//	GET  /editeur                               modules and deposits
//	POST /editeur/depots                        a package, by the form
//	GET  /editeur/depots/{deposit}              its report; POST …/publier, …/supprimer
//	GET, POST /editeur/depots/{deposit}/exercices/{number}   an exercise tried as a pupil
//	GET  /editeur/modules/{module}              versions and usage; POST …/versions/{number}/publier, …/retirer
//	/api/editeur/depots                         packages in parts, and reports, for the page's script and for programs
//
// An exercise is drawn once, by the server (exos/web/player), as a form that works without script. The script (exos.entry.ts) only
// makes it nicer: it sends the answer as an event with an id of its own, keeps it on the device until the server has said that it
// has it, and puts the sheet that comes back in the old one's place. So there is one drawing of every exercise, with and without
// script, and none of it holds a key before exos.Service gives one.
//
// Pages decide nothing: who may open what, what an answer is worth and when the corrigé may be seen are exos.Service's. Pupils are
// spoken to as « tu », adults as « vous ».
//
// Put together:
//
//	room := &web.Room{Service: service, Site: site, Door: party}
//	room.Mount(mux)                       // the site's own files, too
//	edge.Pages = room                     // refusals that say why and whom to ask
//	handler := edge.Wrap(room.Wrap(mux))
package web
