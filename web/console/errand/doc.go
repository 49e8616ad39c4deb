// Package errand is an order of several resources in the making, its plan and its act. « Entrer par population », « Récupération des
// exemplaires par lot » and « Mères de famille » each make one, and share what is here: the list of which several resources are chosen
// (shelf.go), the plan (plan.go, errand.html), and the mothers of family that go with the books of an order (family.go), which one
// resource's plan offers too.
//
// It has no address of its own.
package errand
