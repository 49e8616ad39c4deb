// Package academy invents an academy (« académie »): schools, classes, pupils, teachers, and writes it as the archive files that
// a portal sends, or as a OneRoster package, valid and of any size. The demonstration lives in one, tests import one, and an engineer who has no portal at
// hand can develop against one.
//
// Everything follows from the seed: the same options give the same bytes. Names of people, towns and schools are invented, and
// the schools' codes are in a département that does not exist (099). The first school is always the « Collège Les Tilleuls » of
// Rochebrune with its cast (Cast), the second a lycée; together they are about 900 people.
//
// The next day's archive (Options.NextDay) differs by a share of the pupils, who leave, arrive, change class or change name.
//
// It writes files and nothing else: what it invents comes in by the same door as everybody's.
package academy
