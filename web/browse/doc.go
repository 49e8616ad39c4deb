// Package browse (« catalogue ») is where those who choose look through all that there is, whoever holds it:
//
//	GET /catalogue          search as one types, with and without script; filters with their counts; the address of a search can be sent on
//	GET /catalogue/{id}     one resource: what it is, for whom, what it will know about a pupil, its family as a shelf
//
// A resource on these pages is not open to anybody: the médiacentre opens what somebody holds. Pupils are told so and led there.
package browse
