package licensing

import (
	"pupitre/internal/id"
)

// Service is licensing's use cases. Build it as a literal; all its fields but Rules are needed. Each call is one transaction.
//
//	the distributor   Subscribe, Amend, End, FindSubscription, ListSubscriptions    subscribe.go, list.go
//	                  Census, Movements, Given                                      census.go, movement.go
//	the manager       ListStock, FindStock, Plan, Weigh, Apply, Assign, Release     list.go, assign.go
//	                  Undertake                                                     undertake.go
//	                  PlanRule, AddRule, SuspendRule, ResumeRule, DropRule,
//	                  ListRules, FindRule, ListUnserved, ListEnding                 standing.go, rule_list.go, rollover.go
//	                  PlanUndo, Undo, History, FindDeed, Lines                      undo.go, history.go
//	                  ListDoubles, ListSureDoubles, PlanUndouble, ReleaseDoubles    double.go, kin.go
//	                  Delegate, EndMandate, ListMandates, MandatesOf                delegate.go
//	the teacher       Suggest, Withdraw, ListSuggestions, ListCoverage              suggest.go
//	and the manager   PlanSuggestions, ApplySuggestions, DeclineSuggestions         accept.go
//	                  Population, FindSelection, Choose, SweepSelections            population.go, selection.go
//	files, programs   Roll, Prepare, Start, FindBatch, ListBatches, Outcomes       roll.go, batch.go
//	                  Ungiven, UngivenBy, AddFamilies                               family.go
//	the person        Open, May, Rights                                             access.go
//	the house         Follow, Check, RollOver                                       follow.go, check.go, rollover.go
//	                  Work, SweepBatches                                            batchwork.go
type Service struct {
	Store Store
	IDs   *id.Maker
	Rules Rules

	counter counter // of single assignments
}
