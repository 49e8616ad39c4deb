// Package retrieval is the third method of the console, « Récupération des exemplaires par lot »: copies of several resources come back.
//
//	…/recuperation               1. which resources, by their boxes; their titles lead to who holds them
//	…/recuperation/exemplaires   2. which copies: all, of who left, of classes, of a list; never opened
//	…/recuperation/plan, …/reprendre  3. what comes back and when it was last opened, and the act
package retrieval
