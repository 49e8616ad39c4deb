// Package device is a learner's phones, tablets and computers that work without a network (« les appareils »).
//
//	device       « appareil »: enrolled once by a code, known by a key that cannot be taken out of it; its learner and a teacher may end it
//	code         « code d’ouverture »: minted by somebody who is signed in, redeemed once, within a minute by a link or ten by hand
//	entitlement  « droit hors connexion »: what it may open until when (exos/offline); renewed each time that it speaks
//	answer       each time that we speak to a device is numbered: what it does next names the number, so that we know what came after
//	act          what was done on it (exos/offline), taken in here: exos scores it, exos/offline says where it stands
//	key share    « part de clé »: our half of what opens the content of a device that is locked by a code
//	ready        « prêt sans réseau »: a homework that a device says it has; the board is who has it, for its teacher
//	receipt      « reçu vérifié »: a teacher has seen a device's word that it holds work that is not here yet; what came of it since
//	handover     « fichier reçu »: what a device without a network put into a file, taken in as if it had been sent
//	doubt        « à vérifier »: an act that counts only if the device's word on the time is taken; its homework's teacher says so
//
//	Mint ──▶ Redeem ──▶ active ── Speak: acts in, verdicts, entitlements and status out ──▶ …
//	                       └── End, by the learner or a teacher ──▶ ended: what was done before it heard of that is still taken
//
// A device proves itself by its signature, so that it needs no session, and its learner no second sign-in. It never sees the broker:
// rights are those that the last sign-in brought, and where the broker has said that they changed, all is told suspended until they are read.
//
// Nothing here knows a page or a database.
package device
