// Package webtest is a small fictional school for the tests of the pages: its persons, its stock and its sessions, in memory,
// behind the same small interfaces that the areas' services satisfy. It decides as licensing does in the simplest cases (one
// pool a resource) and is no substitute for it: the whole-system journeys show the pages over the real thing.
package webtest
