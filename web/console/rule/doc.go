// Package rule is a school's standing assignments (« affectations permanentes »): whom they serve, who waits, what they keep back, and the
// subscriptions that end soon. They are made of a plan, in the pages of its resource. They are the managers': a delegate is told whom to ask.
//
//	…/permanentes, …/permanentes/{rule}, …/suspendre, …/remettre, …/abandonner
package rule
