// Package federationtest is the small world that tests of the federation and of its faces live in: a school, three persons, two
// publishers with a registered program each, over a real database. Only licensing and the catalogue are stood in for, by a list.
// Serve puts a face on a real address; Together, Callers and LooksAhead are what is done to each of them.
package federationtest
