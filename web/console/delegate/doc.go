// Package delegate is who assigns copies in a school: its managers, and its delegates (« délégués ») with their scope and budget, named
// and changed by the managers and the head.
//
//	…/delegues, …/delegues/{person}, …/delegues/{person}/retirer
package delegate
