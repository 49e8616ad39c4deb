// Package offline is what Biblio Exos and a device without a network promise each other (« hors connexion »), without a database, a
// page or a protocol: who may open what until when, and how what was done out of reach is taken in afterwards.
//
//	key           « clé d’appareil »: a device's own key, which never leaves it; it signs all that the device says
//	entitlement   « droit hors connexion »: one module for one device, signed by us, until it has to ask again
//	status        what has become of an entitlement since
//	access        what a device may do with what it has: the rules of precedence, one table
//	act           « geste »: something done on a device, signed, in a chain: each names the one before
//	chain         what the server has of a device's acts, and where the next one belongs
//	place         « suite »: where a chain goes on, for a device that cannot tell by itself
//	moment        « moment »: when something was done, as far as anybody can know
//	receipt       « reçu »: a device's word that it holds work that is not here yet, to be shown or typed
//	handover      « remise »: what a device without a network has, signed and sealed in a file that a teacher carries here
//
// Acts are joined, never merged: each device has its own chain, taken in its own order, so that it does not matter how often, in which
// pieces or in which order they arrive. One that comes before its predecessors waits for them. Nothing is thrown away: an act that is
// refused is kept with the reason, and so is one that is not what its device signed.
//
// A device must be able to go on, whatever became of what it kept. Where its storage was put back to an earlier state, its next numbers are
// those of acts that are here: they are reported, and it signs them again, the same acts by the same ids, from the place where its chain
// goes on. Where an act is damaged those after it wait: the device signs another in its stead (Act.Instead). What it cannot sign again it
// sets aside, keeps, and says so.
//
// A device's clock decides nothing by itself. What is certain is that an act comes after the last answer that its device had from us, and
// before the first time that we heard of it, or of one that follows it. Between the two the device is believed, and said to be.
//
// What keeps content from being copied is not here: encryption in a browser deters, and no more is claimed.
package offline
