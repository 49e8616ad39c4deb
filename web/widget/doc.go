// Package widget (« encart ») is what a portal shows of ours inside its own pages: the resources of whoever is signed in there, and for who
// gives copies the tile « Ma console d'affectation ».
//
//	GET /encart/{project}?lien=JWT    in a frame of the portal's, and of nobody else's
//
// The address is made by the portal's server for one person and one showing (docs/portals.md): signed, good for a minute at most, used up by
// the first who opens it. A frame has no cookie of ours: browsers keep those of a framed site apart, or refuse them. So nothing is signed in
// there, and nothing is remembered: the link says all, whatever cookie comes along. What is opened goes to the whole window, by way of the
// portal's sign-in, where cookies are first-party and the portal says anew who this is.
//
// A link gives what it shows and no more: a title, not the resource. Failures are shown in the frame too, as small as the list.
package widget
