// Package federation (« fédération ») is how a person signs in once, at their portal, and enters any publisher under a pseudonym.
// It speaks no protocol: signin hears what portals say, the faces (oidc, and others like it) say to publishers what is decided here.
//
// A sign-in (« séance »), told once:
//
//	nobody ──/connexion──▶ sent to the portal ──its word on the back-channel──▶ arrived
//	                            │                                                  │ the person is provisioned, and is somewhere
//	                            ▼ refused: page that says whom to ask              ▼
//	                         nobody                                    present (school, profile) ◀─── chooses another place
//	                                                                               │
//	       signed out · signed out at the portal · left every school · idle too long · too old
//	                                                                               ▼
//	                                                                             ended ──told──▶ the publishers entered
//
// An entry, told once, whatever the protocol:
//
//	session ─▶ client known? ─▶ resource of that client's publisher? ─▶ Rights.Open (decides, marks) ─▶ Pseudonym, Release ─▶ Entry
//	                                                                          └ refused, and a site sent the person (Launch):
//	                                             one other place has the right ─▶ the same, of that place; several ─▶ WhichPlace asks
//
// The face then keeps its ticket or code, the journal entry and the visit in one transaction, and only translates the Entry.
// Every later use of what it gave (a token, a refresh) asks again: Service.Again. A right withdrawn a second ago is refused there.
//
// What no publisher ever learns: the person's id, the portal's identifier, the session's id, another publisher's pseudonym.
//
// It does not decide rights (licensing does, through Rights), knows no notice (Declarations), draws no page (Pages).
// It may import directory, journal and privacy.
package federation
