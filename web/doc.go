// Package web (« les pages ») is the broker as people see it. One room per family of pages, each with its template, style,
// script and handlers side by side:
//
//	desk      /mediacentre, /acces/…, /domaineGar      what may I open, here, now; the launch, or why not and whom to ask
//	console   /affectation/…                           a manager gives copies, and takes them back (« console d'affectation »)
//	suggest   /suggestions                             a teacher proposes resources for their classes, and reads the answer
//	account   /mon-journal, /mes-lieux, sign-in pages  where I am, what was done and sent in my name
//
// This package is the house that the rooms stand in: it knows who is reading (Reader), draws the masthead of every page from
// that alone, says whom to ask, and speaks tu to pupils and vous to adults. A room declares the few questions that it asks of
// an area as an interface of its own; the area's Service satisfies it in internal/app:
//
//	house := &web.House{Site: site, Sessions: federation, People: directory}
//	house.Mount(mux)
//	(&desk.Room{House: house, …}).Mount(mux)
//	edge.Pages, edge.SignIn = house, house.SignIn
//	handler := edge.Wrap(house.Wrap(mux))
//
// A page decides nothing: rights, plans and counters are licensing's, and every act is authorised here by who the reader is
// before an area is asked. Pages work without script, and nothing of them is ever stored by a browser.
package web
