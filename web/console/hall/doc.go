// Package hall is what all rooms of the console share: the door, the frame around a page, and the words that every page says alike.
//
// The door (access.go) is the one place that decides who comes to a school's pages: its managers, its delegates within their scope, its
// head where it is about who assigns. A school that the reader does not manage is not found, by any address. Then what pages are made of:
// the school's menu and paths, classes and groups by name (cohort.go), whom a form names (target.go), resources with their figures
// (item.go, figures.go), what a delegate may (scope.go), and the plan as all plans show it (plan.go, planframe.html). A page's figures are
// renewed as others' work moves them (follow.go); a plan alone stays as it was seen, and the page says so once it is another (script/plan.ts).
//
// It knows no page. The rooms import it, and it none of them.
package hall
