// Package head (« chef d'établissement ») is the page of whoever heads a school:
//
//	/responsables                        who assigns copies here; those whom the portal named and who wait for the head's word
//	POST /responsables/demander          whether the portal's word is enough, or the head's is asked for
//	POST /responsables/{person}/confirmer   the word
//	POST /responsables/{person}/nommer      an adult of the school assigns from now on, whatever the portal says
//	POST /responsables/{person}/retirer     a manager assigns no more
//
// That the reader heads the school is asked anew by directory with each change, in its own transaction. It decides nothing itself.
package head
