// Package delivery (« livraison ») is how the file sets of portals arrive, and who works on them.
//
//	a door           Drop (a folder per ENT project), an operator's page, any other: hands an archive or a OneRoster package to Service.Receive
//	a delivery       the file, kept in the spool, and its row: waiting → running → done
//	                                                            ↑ confirm, again ↲   ↘ failed
//	a worker         Runner: takes a delivery by a lease, imports it with provision.Importer, keeps the lease while it works
//
// One delivery of a project runs at a time, in the order of arrival, whatever the number of nodes. A node that dies loses its lease:
// another takes the delivery and imports it again, which finds the schools that are done unchanged (provision's own promise).
//
// An import that stops at a school, because more persons would leave than may, is done, and asks: Confirm lets them leave, by the
// word of somebody who has looked, as long as no later delivery of the project has come.
//
// It imports directory, directory/provision and journal; it knows neither pages nor a database.
package delivery
