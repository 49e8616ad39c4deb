// Package harvest (« moissonnage ») brings in the notices that others serve, by OAI-PMH 2.0, and follows what they change and delete.
//
// A source is asked for its records once a day (ListRecords), from the second time on for what changed since the last whole harvest began,
// by the source's own clock. Each page is brought in by the catalogue's own door, broken notices set aside, before the next is asked for;
// where it goes on (resumptionToken) is kept with it. So whoever goes on after a crash, on any node, goes on at that page, and a page that
// was brought in twice changed nothing the second time. A notice that came before the mother of family whom it names is set aside, in the
// database, until the last page is in; what is still refused then is a finding. A record that its source says is deleted is withdrawn from the catalogue: nobody
// finds it there, while copies that were sold go on opening.
//
//	new ─▶ due ─▶ under way (a worker has it for half an hour from each page) ─▶ due again, a day later; an hour later after a trouble
//
// docs/protocols/oai-pmh.md says which clause lives where.
package harvest
