// Package exos is Biblio Exos: interactive workbooks (« cahiers interactifs »), a publisher's product beside the broker.
//
// It knows a learner by a pseudonym and by what the sign-in released, nothing more; it may run alone, on its own database;
// no package under exos imports a room of the broker, nor the other way round.
//
//	learner     who comes: a pseudonym at an issuer, a school, classes and groups, perhaps a first name
//	session     that the learner is here: a cookie's hash, bound to the sign-in session upstream
//	right       « droit »: what the broker says the learner holds, until when, and why not
//	module      « module »: a publisher's package, in versions; a learner in progress keeps theirs
//	exercise    « exercice »: one item of a version, by what it contains
//	attempt     « tentative »: one sitting at an exercise: a seed, a few tries, an end
//	event       what the pupil did: opened, answered, hinted, solved, ended. Append-only, made on the device
//	mark        « note »: best and last of an exercise, computed by the server from events
//	success     « réussite »: Σ best marks ÷ Σ maxima over a module's exercises, undone = 0
//	publisher   « éditeur »: who publishes which modules; its staff come in by keys
//	deposit     « dépôt »: a package as it was sent, examined, tried, then published as a version, or not
//	notebook    « recueil »: a teacher's own exercises, as drafts; made available, a module that opens to whom its author gives it
//	homework    « devoir »: exercises for classes, groups or persons, under terms: from a day to a day, graded or training, drawn or not
//	test        « test »: a publisher's rules for a module as a whole; they hold where the module is given as a test
//	course      « parcours »: one pupil's way through a test, made of the homework's draws and of what the pupil did
//	paper       « copie »: one pupil's share of a homework; its attempts are its own, apart from those in the module
//
// The life of an attempt (tries is Service.Tries, three by default):
//
//	OpenExercise ──▶ open ── answered, right ──▶ ended ── TryAgain ──▶ a new attempt, a new seed
//	                  │  └── answered, wrong ──▶ open, until the last try ──▶ ended
//	                  └── solution looked at ──▶ ended
//
// Every act is an event, so that a device without a network (exos/device) is only a device with a bad line. An event sent
// twice counts once and gets the same answer. A refused one is kept, with its reason, and counts for nothing: nothing that
// a pupil did is thrown away in silence. Events are their own journal; signing in, publishing and giving homework are
// journalled as acts. Two events are the server's own, and supersede without touching what they are about: an attempt that is scored
// anew by a corrected key, and a late answer that its teacher accepted.
//
// Graded work says nothing of an answer before its results are shown: verdicts and sittings come out veiled, no module's success
// moves, and the exercises do not open in their module meanwhile, where their corrigé could be read. It is sent under aliases, in an order
// that its author's says nothing of, and comes back in the author's names before it is kept (docs/decisions/0024-aliases.md). An answer that comes after the
// end is kept, told to the pupil and to the teacher, and counts for nothing; within the grace it counts, and is late. What a teacher
// does with homework is exos/classroom.
//
// An ended right closes a module at once; the learner still reads their own work. What is shown before the server has scored is
// never called a mark, and no key leaves the server but as the corrigé, when it is allowed.
//
// It deliberately knows no protocol (exos/signin, exos/lti, exos/xapi), no page (exos/web) and no database (exos/store).
package exos
